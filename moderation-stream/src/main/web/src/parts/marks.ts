// Small things that all pages show: badges, bars, facts, links, states.

import { html, nothing, type TemplateResult } from "lit";
import { decisionName, inFull, moment, percent, words } from "../words.js";
import { address } from "../router.js";
import { visitor } from "../api/visitor.js";
import type { Problem } from "../api/http.js";
import type { Threshold } from "../live/thresholds.js";

export type Shown = TemplateResult | typeof nothing | string;

const ICONS: Record<string, string> = { SAFE: "✓", NSFW: "⊘", REVIEW: "?", REFUSED: "✕" };

export function badge(decision: string): TemplateResult {
  return html`<span class="badge" data-decision=${decision}><i aria-hidden="true">${ICONS[decision] ?? "·"}</i>${decisionName(decision)}</span>`;
}

/** The mark of an audited image. */
export function alarm(kind: string): TemplateResult {
  return html`<span class="alarm" title=${words(kind)}><i aria-hidden="true">⚠</i>Audit</span>`;
}

/** A number in [0, 1] as a bar with thresholds as marks. Its style is set as a property: the policy forbids attributes. */
export function bar(share: number, kind = "", thresholds: readonly Threshold[] = []): TemplateResult {
  return html`<span class="bar ${kind}" aria-hidden="true"><span class="fill" .style=${`width: ${percent(share)}`}></span>${thresholds.map(
    ({ name, at }) => html`<span class="threshold" title="${name} ${at.toFixed(2)}" .style=${`left: ${percent(at)}`}></span>`)}</span>`;
}

/** Names and values; those without a value are left out. */
export function facts(rows: readonly (readonly [string, Shown | number | null | undefined])[]): TemplateResult {
  return html`<dl class="facts">${rows.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== nothing)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

export function time(instant: string | null | undefined): Shown {
  return instant ? html`<time datetime=${instant} title=${inFull(instant)}>${moment(instant)}</time>` : nothing;
}

export function imageLink(imageId: string, tenant: string): TemplateResult {
  return html`<a class="cut mono" title=${imageId} href=${address("image", imageId, visitor.of(tenant))}>${imageId}</a>`;
}

export function uploaderLink(uploaderId: string, tenant: string): TemplateResult {
  return html`<a class="cut" title=${uploaderId} href=${address("uploader", uploaderId, visitor.of(tenant))}>${uploaderId}</a>`;
}

export function card(title: string, body: unknown, more: { id?: string; kind?: string; aside?: unknown } = {}): TemplateResult {
  return html`<section class="card ${more.kind ?? ""}" data-card=${more.id ?? title.toLowerCase()}>
    <header><h2>${title}</h2>${more.aside ?? nothing}</header>${body}</section>`;
}

export function empty(title: string, text: unknown): TemplateResult {
  return html`<div class="empty"><p class="empty-title">${title}</p><p>${text}</p></div>`;
}

export function loading(what: string): TemplateResult {
  return html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>Loading ${what}…</p>`;
}

const TITLES: Record<string, string> = {
  "no-database": "No database",
  "not-allowed": "Not for your role",
  offline: "The application does not answer",
  "not-ready": "Not ready yet",
  "no-campaign": "No such campaign",
  "campaigns-off": "Campaigns are off",
  busy: "Not just now",
  "not-explained": "Not explained",
};

/** Why something cannot be shown. */
export function problem(found: Pick<Problem, "kind" | "message">): TemplateResult {
  const more = found.kind === "no-database"
    ? html`<p>Verdicts, statistics and the live feed work without it. People's work needs PostgreSQL: see “How do people review?” in the documentation of moderation-stream.</p>`
    : nothing;
  return html`<div class="problem" data-problem=${found.kind}><p class="empty-title">${TITLES[found.kind] ?? "That did not work"}</p><p>${found.message}</p>${more}</div>`;
}

export function keys(...names: string[]): TemplateResult {
  return html`${names.map((name) => html`<kbd>${name}</kbd>`)}`;
}
