// Measured error rates and what is promised of them, each with its band over time.

import { html, nothing, type TemplateResult } from "lit";
import type { WatchedRate } from "../api/documents.js";
import { counted, words } from "../words.js";
import { chart } from "./chart.js";
import { empty, time } from "./marks.js";

/** Names of rates. */
export const NAMES: Record<string, string> = { MISSED: "Missed: safe among the flagged", FALSELY_FLAGGED: "Falsely flagged: NSFW among the harmless" };
const SAID: Record<string, string> = {
  NOT_PROMISED: "Nothing promised", TOO_FEW_GOLDEN_ITEMS: "Too few golden items", WATCHED: "Watched", CONFIRMED: "Kept", CHANGED: "Rate rose", BROKEN: "Promise broken",
};
const TONES: Record<string, string> = { CONFIRMED: "SAFE", CHANGED: "REVIEW", BROKEN: "NSFW" };

export function promises(all: readonly WatchedRate[]): TemplateResult {
  return all.every(({ draws }) => draws === 0)
    ? empty("Nothing was drawn yet", html`Error rates are measured on a random sample that two people review: <span class="mono">bulwark.review.sample</span>.`)
    : html`${all.map(rate)}`;
}

function rate(each: WatchedRate): TemplateResult {
  const { points } = each;
  const promise = each.promise ?? null;
  return html`<div class="robust promise" data-rate=${each.rate}><p><b>${NAMES[each.rate] ?? words(each.rate)}</b>
      <span class="badge" data-decision=${TONES[each.state] ?? nothing}>${SAID[each.state] ?? words(each.state)}</span></p>
    ${points.length < 2 ? nothing : chart({
      title: NAMES[each.rate] ?? each.rate, unit: " %",
      lines: [{ name: "Upper end", colour: "--soft" }, { name: "Measured", colour: "--accent" }, { name: "Lower end", colour: "--soft" },
        ...(promise === null ? [] : [{ name: "Promise", colour: "--nsfw" }])],
      data: [points.map(({ at }) => Date.parse(at) / 1000), points.map(({ high }) => 100 * high), points.map(({ estimate }) => (estimate === undefined ? null : 100 * estimate)),
        points.map(({ low }) => 100 * low), ...(promise === null ? [] : [points.map(() => 100 * promise)])],
    })}
    <p class="small">${band(each)}${promise === null ? "" : `; promised are at most ${share(promise)}`}. ${counted(each.draws, "draw")}, ${each.answered.toLocaleString()} answered${
      each.overdue === 0 ? nothing : `, ${each.overdue.toLocaleString()} overdue`}${each.restated === 0 ? nothing : `, ${counted(each.restated, "answer")} corrected`}.
      ${each.brokenAt ? html`Broken since ${time(each.brokenAt)}.` : each.changedAt ? html`Rose ${time(each.changedAt)}.` : nothing}
      ${each.state === "TOO_FEW_GOLDEN_ITEMS" ? `Three people answered ${counted(each.goldenItems, "golden item")}.` : nothing}</p></div>`;
}

/** A rate and its band, in words. */
export function band({ estimate, low, high }: Partial<Pick<WatchedRate, "estimate" | "low" | "high">>): string {
  const measured = estimate === undefined ? "No answer yet" : `Measured ${share(estimate)}`;
  return low === undefined || high === undefined ? measured : `${measured}, with 95 % between ${share(low)} and ${share(high)} at every look`;
}

function share(of: number): string {
  return `${(100 * of).toFixed(of < 0.1 ? 2 : 1)} %`;
}
