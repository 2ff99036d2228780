// What a worker saw, and what the twins say of an audited image.

import { html, nothing, type TemplateResult } from "lit";
import type { Audit, Neighbour, Verdict } from "../api/documents.js";
import { decidingView } from "../live/deciding.js";
import { live } from "../live/live.js";
import { decisionName, moment, percent, words } from "../words.js";
import { badge, bar, facts, type Shown } from "./marks.js";

/** What the worker decided; a person may have decided otherwise since. */
function judged({ decision, workerDecision }: Verdict): string {
  return workerDecision ?? decision;
}

/** Why it was decided so, in a coloured line. */
export function why(verdict: Pick<Verdict, "decision" | "reason" | "reasonDetail">): Shown {
  return verdict.reason || verdict.reasonDetail
    ? html`<div class="why" data-decision=${verdict.decision}><b>${verdict.reason ? words(verdict.reason) : "Note"}</b>${verdict.reasonDetail ?? ""}</div>`
    : nothing;
}

/** Score, thresholds, and what would turn the decision. */
export function score(verdict: Verdict): TemplateResult {
  const thresholds = live.thresholds.of(verdict);
  return html`
    <div class="score" data-decision=${judged(verdict)}>${bar(verdict.score, "large", thresholds)}<output>${verdict.score.toFixed(3)}</output></div>
    ${thresholds.length > 0 ? html`<div class="scale" aria-hidden="true">${thresholds.map(({ name, at }) =>
      html`<span .style=${`left: ${percent(Math.min(0.92, Math.max(0.08, at)))}`}>${name} ${at.toFixed(2)}</span>`)}</div>` : nothing}
    ${facts([
      ["Margin", verdict.margin.toFixed(3)],
      ["Thresholds", thresholds.map(({ name, at }) => `${name} ${at.toFixed(2)}`).join(", ")],
      ["Clean twin", verdict.cleanTwinScore?.toFixed(3)],
      ["Copy of", verdict.knownReference],
      ["On the list", verdict.listed == null ? null : `${verdict.listed.list}, entry ${verdict.listed.entry}`],
      ["Rests on", verdict.basis === null ? null : words(verdict.basis)],
      ["Turned by", turning(verdict)],
      ["Shadow policy", verdict.shadowDecision === null ? null : decisionName(verdict.shadowDecision)],
    ])}`;
}

/** How many references would turn the decision, in words; null where no vote decided. */
function turning({ insertionsToTurn, relabelsToTurn }: Verdict): string | null {
  const parts = [
    insertionsToTurn === null ? [] : [`${insertionsToTurn} inserted`],
    relabelsToTurn === null ? [] : [`${relabelsToTurn} relabelled`],
  ].flat();
  return parts.length === 0 ? null : `${parts.join(" or ")} ${insertionsToTurn === 1 && parts.length === 1 ? "reference" : "references"}`;
}

export function labels(verdict: Verdict): Shown {
  return verdict.labels.length === 0 ? nothing : html`<div class="classes labels">${verdict.labels.map(({ label, score: share, action }) => html`
    <span>${label}${action === "IGNORE" ? nothing : html`<span class="small"> ${words(action).toLowerCase()}</span>`}</span>
    ${bar(share, "plain")}<output>${(100 * share).toFixed(1)} %</output>`)}</div>`;
}

/** The views, that with the highest score first. */
export function views(verdict: Verdict): TemplateResult[] {
  return [...verdict.views].sort((one, other) => other.score - one.score).map((view) => html`
    <div class="view" data-decision=${judged(verdict)}>
      <div class="view-top"><b>${view.view}</b>
        ${verdict.views.length > 1 && view === decidingView(verdict) ? html`<span class="decides">decides</span>` : nothing}
        <span class="small">score ${view.score.toFixed(3)}</span></div>
      ${view.neighbours.length > 0 ? neighbours(view.neighbours) : html`<p class="small">No neighbours.</p>`}
      ${view.classProbabilities ? classes(view.classProbabilities) : nothing}
    </div>`);
}

function neighbours(all: readonly Neighbour[]): TemplateResult {
  return html`<table class="neighbours">
    <thead><tr><th scope="col">Reference</th><th scope="col">Label</th><th scope="col">Similarity</th></tr></thead>
    <tbody>${all.map((neighbour) => html`<tr>
      <td class="mono">${neighbour.variant ? `${neighbour.referenceId} (${neighbour.variant})` : neighbour.referenceId}</td>
      <td><span class="tag">${neighbour.label}</span></td>
      <td><span class="similarity">${bar(neighbour.similarity, "plain")}<output>${neighbour.similarity.toFixed(3)}</output></span></td></tr>`)}
    </tbody></table>`;
}

function classes(probabilities: Readonly<Record<string, number>>): TemplateResult {
  return html`<p class="small head">Classifier</p><div class="classes">${Object.entries(probabilities)
    .sort(([, one], [, other]) => other - one)
    .map(([name, share]) => html`<span>${name}</span>${bar(share, "plain")}<output>${(100 * share).toFixed(1)} %</output>`)}</div>`;
}

/** What took how long. */
export function timings(verdict: Verdict): Shown {
  const steps = Object.entries(verdict.timingsMicros);
  if (steps.length === 0) {
    return nothing;
  }
  const longest = Math.max(...steps.map(([, micros]) => micros));
  const total = steps.reduce((sum, [, micros]) => sum + micros, 0);
  const millis = (micros: number): string => `${(micros / 1000).toFixed(1)} ms`;
  return html`<div class="classes timings">${steps.map(([step, micros]) =>
    html`<span>${step}</span>${bar(micros / longest)}<output>${millis(micros)}</output>`)}
    <b>together</b><span></span><output>${millis(total)}</output></div>`;
}

/** The evidence of an audit. */
export function audit(found: Audit): TemplateResult {
  return html`<div class="audit">
    <div class="view-top"><b>${words(found.kind)}</b><span class="small">${[found.view, moment(found.detectedAt)].filter((part) => part !== null).join(", ")}</span></div>
    ${found.robustScore === null || found.cleanScore === null ? nothing : html`<div class="sides">
      ${side("Robust encoder", found.decision, found.robustScore, found.robustNeighbours)}
      ${side("Clean twin", found.cleanDecision ?? "UNKNOWN", found.cleanScore, found.cleanNeighbours)}</div>`}
    <dl class="facts">${found.signals.map(({ name, score: value, threshold, fired }) => html`<dt>Signal</dt>
      <dd>${name} ${value.toFixed(3)}, ${fired ? "above" : "not above"} its threshold ${threshold.toFixed(3)}</dd>`)}
      ${Object.entries(found.evidence).map(([name, value]) => html`<dt>${words(name)}</dt><dd>${value}</dd>`)}</dl></div>`;
}

function side(name: string, decision: string, value: number, near: readonly Neighbour[]): TemplateResult {
  return html`<div class="side" data-decision=${decision}><p class="small">${name}</p>${badge(decision)}
    <div class="score">${bar(value)}<output>${value.toFixed(3)}</output></div>
    <ol class="near">${near.map((neighbour) => html`<li><span class="tag">${neighbour.label}</span><output>${neighbour.similarity.toFixed(3)}</output>
      <span class="cut small mono" title=${neighbour.referenceId}>${neighbour.referenceId}</span></li>`)}</ol></div>`;
}

/** Where everything about a verdict comes from. */
export function provenance(verdict: Verdict): TemplateResult {
  const place = (at: Verdict["upload"]): string | null => (at === null ? null : `${at.topic} ${at.partition}:${at.offset}`);
  return facts([
    ["Decided", `${new Date(verdict.decidedAt).toLocaleString()} by ${verdict.decidedBy.id} (${verdict.decidedBy.kind.toLowerCase()})`],
    ["Uploaded", verdict.uploadedAt === null ? null : new Date(verdict.uploadedAt).toLocaleString()],
    ["Model", verdict.modelFingerprint],
    ["Preprocessing", verdict.preprocessFingerprint],
    ["Sampling key", verdict.samplingKeyId],
    ["Bank", verdict.bankVersion],
    ["Policy", verdict.policyVersion],
    ["Content", verdict.contentSha256],
    ["Upload", place(verdict.upload)],
    ["Record", place(verdict.record)],
    ["Supersedes", place(verdict.supersedes)],
  ]);
}
