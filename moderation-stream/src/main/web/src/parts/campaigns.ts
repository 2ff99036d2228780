// Campaigns: attempts that belong together, as a list and by their facts.

import { html, type TemplateResult } from "lit";
import type { Campaign } from "../api/documents.js";
import { visitor } from "../api/visitor.js";
import { address } from "../router.js";
import { short, words } from "../words.js";
import { facts, time } from "./marks.js";

export const STATES = ["OPEN", "CLOSED", "CONFIRMED", "DISMISSED"] as const;

/** The kinds that a campaign can be of, as the filter offers them. */
export const KINDS = ["NEAR_FLAGGED", "HASH_TWIN", "PROBING", "NEAR_DUPLICATE", "IMAGE_SCALING", "TWIN_DISAGREEMENT"] as const;

const TONE: Record<string, string> = { OPEN: "REVIEW", CONFIRMED: "NSFW", DISMISSED: "SAFE" };
const ICON: Record<string, string> = { OPEN: "●", CLOSED: "○", CONFIRMED: "⚠", DISMISSED: "✓" };

export function state(of: string): TemplateResult {
  return html`<span class="badge" data-decision=${TONE[of] ?? "UNKNOWN"}><i aria-hidden="true">${ICON[of] ?? "·"}</i>${words(of)}</span>`;
}

/** The span of scores, as people read it. */
export function span({ lowestScore, highestScore }: Pick<Campaign, "lowestScore" | "highestScore">): string {
  if (lowestScore === null || highestScore === null) {
    return "–";
  }
  const [low, high] = [lowestScore.toFixed(2), highestScore.toFixed(2)];
  return low === high ? low : `${low} to ${high}`;
}

export function campaignAddress({ campaignId, tenant }: Pick<Campaign, "campaignId" | "tenant">): string {
  return address("attacks", campaignId, visitor.of(tenant));
}

export function campaigns(all: readonly Campaign[]): TemplateResult {
  return html`<div class="wide" tabindex="0" role="region" aria-label="Campaigns"><table class="campaigns"><thead><tr><th scope="col">State</th><th scope="col">Campaign</th><th scope="col">Severity</th>
      <th scope="col" class="number">Accounts</th><th scope="col" class="number">Pictures</th><th scope="col" class="number">Attempts</th><th scope="col">Scores</th><th scope="col">Since</th>
      <th scope="col">Last seen</th></tr></thead>
    <tbody>${all.map((each) => html`<tr><td>${state(each.state)}</td><td><a href=${campaignAddress(each)} title=${each.campaignId}>${words(each.kind)} <span class="mono">${short(each.campaignId)}</span></a></td>
      <td>${words(each.severity)}</td><td class="number">${each.uploaders.toLocaleString()}</td><td class="number">${each.images.toLocaleString()}</td>
      <td class="number">${each.events.toLocaleString()}</td><td>${span(each)}</td><td>${time(each.openedAt)}</td><td>${time(each.lastSeenAt)}</td></tr>`)}</tbody></table></div>`;
}

const ANCHORS: Record<string, string> = { FLAGGED_ENTRY: "an entry of the flagged index", PERCEPTUAL_BAND: "pictures that look alike" };

export function campaignFacts(of: Campaign): TemplateResult {
  return facts([
    ["Kind", words(of.kind)], ["Severity", words(of.severity)],
    ["Around", of.anchor === null ? null : html`${ANCHORS[of.anchor.type] ?? words(of.anchor.type)} <span class="mono break">${of.anchor.id}</span>`],
    ["Since", time(of.openedAt)], ["Last seen", time(of.lastSeenAt)],
    ["Attempts", of.events.toLocaleString()], ["Pictures", of.images.toLocaleString()], ["Accounts", of.uploaders.toLocaleString()],
    ["Scores", span(of)],
    ["Merged from", of.mergedFrom.length === 0 ? null : html`<span class="mono break">${of.mergedFrom.map(short).join(", ")}</span>`],
    ["Ruled by", of.ruledBy === null ? null : html`${of.ruledBy} ${time(of.ruledAt)}`],
    ["Note", of.note === null ? null : html`<span class="break">${of.note}</span>`],
  ]);
}
