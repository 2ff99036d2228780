// Verdicts as they arrive: the list, its rows, and the evidence of the one that is chosen.

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Verdict } from "../api/documents.js";
import { visitor } from "../api/visitor.js";
import { decidingView } from "../live/deciding.js";
import { live, type Arrival } from "../live/live.js";
import { address } from "../router.js";
import { decisionName, moment, words } from "../words.js";
import { alarm, badge, bar } from "./marks.js";

const FRESH_MILLIS = 1500;

export interface Choice {
  readonly filter: string;
  readonly search: string;
}

/** Whether a verdict passes filter and search. */
export function passes({ filter, search }: Choice, verdict: Verdict): boolean {
  const wanted = search.trim().toLowerCase();
  const decided = filter === "" || verdict.decision === filter || (filter === "AUDITED" && live.auditsOf(verdict.imageId, verdict.tenant).length > 0);
  return decided && (wanted === "" || searchText(verdict).includes(wanted));
}

function searchText(verdict: Verdict): string {
  const neighbours = verdict.views.flatMap((view) => view.neighbours.flatMap((near) => [near.referenceId, near.label]));
  return [verdict.imageId, verdict.uploaderId, verdict.tenant, verdict.reason ?? "", verdict.decidingLabel ?? "",
    ...Object.values(verdict.attributes), ...neighbours].join("\n").toLowerCase();
}

/** How many there are of each decision. */
export function counts(arrivals: readonly Arrival[]): Record<string, number> {
  const all: Record<string, number> = { ALL: 0, AUDITED: 0 };
  for (const { verdict } of arrivals) {
    if (verdict !== null) {
      all["ALL"]! += 1;
      all[verdict.decision] = (all[verdict.decision] ?? 0) + 1;
      all["AUDITED"]! += live.auditsOf(verdict.imageId, verdict.tenant).length > 0 ? 1 : 0;
    }
  }
  return all;
}

/** The list, newest first. A row is drawn again only where something of it changed. */
export function list(arrivals: readonly Arrival[], choice: Choice, chosen: number | null, choose: (arrival: Arrival) => void): TemplateResult {
  const shown = arrivals.filter(({ verdict }) => (verdict === null ? choice.filter === "" && choice.search === "" : passes(choice, verdict)));
  return html`<ol id="verdicts" class="verdicts" aria-label="Verdicts, newest first">${repeat(shown, ({ number }) => number, (arrival) =>
    guard([arrival, arrival.number === chosen, live.lessons], () => item(arrival, arrival.number === chosen, choose)))}</ol>`;
}

function item(arrival: Arrival, current: boolean, choose: (arrival: Arrival) => void): TemplateResult {
  const { verdict } = arrival;
  if (verdict === null) {
    return html`<li class="gap">The connection was away for long: some verdicts are not shown here.</li>`;
  }
  const nearest = decidingView(verdict)?.neighbours[0] ?? null;
  const audits = live.auditsOf(verdict.imageId, verdict.tenant);
  const fresh = Date.now() - Date.parse(verdict.decidedAt) < FRESH_MILLIS;
  return html`<li><button type="button" class="row ${fresh ? "fresh" : ""}" data-decision=${verdict.decision} aria-current=${current ? "true" : nothing}
      @click=${() => choose(arrival)}>
    <span class="visually-hidden">${spoken(verdict)}</span>
    <span class="badges" aria-hidden="true">${badge(verdict.decision)}${audits[0] ? alarm(audits[0].kind) : nothing}</span>
    <span aria-hidden="true"><span class="cut mono" title=${verdict.imageId}>${verdict.imageId}</span>${verdict.reason || verdict.decidingLabel
      ? html`<span class="cut small">${[verdict.reason ? words(verdict.reason) : null, verdict.decidingLabel].filter((part) => part).join(" · ")}</span>` : nothing}</span>
    <span class="score" aria-hidden="true">${bar(verdict.score, "", live.thresholds.of(verdict))}<output>${verdict.score.toFixed(2)}</output></span>
    <span class="nearest" aria-hidden="true">${nearest === null ? html`<span class="small">none</span>` : html`<span class="cut"><span class="tag">${nearest.label}</span> ${
      nearest.similarity.toFixed(2)}</span><span class="cut small mono">${nearest.referenceId}</span>`}</span>
    <span class="uploader" aria-hidden="true"><span class="cut">${verdict.uploaderId}</span>${verdict.tenant === "default" ? nothing : html`<span class="cut small">${verdict.tenant}</span>`}</span>
    <time aria-hidden="true" datetime=${verdict.decidedAt}>${moment(verdict.decidedAt)}</time></button></li>`;
}

function spoken(verdict: Verdict): string {
  const nearest = decidingView(verdict)?.neighbours[0];
  return [
    decisionName(verdict.decision), `image ${verdict.imageId}`, `score ${verdict.score.toFixed(2)}`,
    ...(verdict.reason ? [words(verdict.reason)] : []),
    ...(verdict.decidingLabel ? [`label ${verdict.decidingLabel}`] : []),
    ...(nearest ? [`nearest ${nearest.label} at ${nearest.similarity.toFixed(2)}`] : []),
    ...live.auditsOf(verdict.imageId, verdict.tenant).map((audit) => `attack audit: ${words(audit.kind).toLowerCase()}`),
    `uploader ${verdict.uploaderId}`, `decided ${moment(verdict.decidedAt)}`,
  ].join(", ");
}

/** The address of what holds now for a verdict's image, as JSON. */
export function rawAddress(verdict: Pick<Verdict, "imageId" | "tenant">): string {
  const { tenant } = visitor.of(verdict.tenant);
  return `api/v1/verdicts/${encodeURIComponent(verdict.imageId)}${tenant === undefined ? "" : `?tenant=${encodeURIComponent(tenant)}`}`;
}

export function pageOf(verdict: Pick<Verdict, "imageId" | "tenant">): string {
  return address("image", verdict.imageId, visitor.of(verdict.tenant));
}
