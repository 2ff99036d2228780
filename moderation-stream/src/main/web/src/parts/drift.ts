// Whether the traffic that workers call SAFE is still like that of an approved time.

import { html, nothing, type TemplateResult } from "lit";
import type { Drift } from "../api/documents.js";
import { counted, words } from "../words.js";
import { chart } from "./chart.js";
import { imageLink, time } from "./marks.js";

const SAID: Record<string, string> = { OFF: "Off", NOT_APPROVED: "Nothing approved", OTHER_MODEL: "Another model", WATCHED: "As approved", DRIFTED: "Drifted" };
const TONES: Record<string, string> = { WATCHED: "SAFE", OTHER_MODEL: "REVIEW", DRIFTED: "NSFW" };

export function drift(found: Drift, tenant: string): TemplateResult {
  const { points, state } = found;
  return html`<div class="robust drift" data-state=${state}><p><b>Traffic beside what was approved</b>
      <span class="badge" data-decision=${TONES[state] ?? nothing}>${SAID[state] ?? words(state)}</span></p>
    ${points.length < 2 ? nothing : chart({
      title: "Evidence of drift", unit: " %",
      lines: [{ name: "Evidence", colour: "--accent" }, { name: "Alarm", colour: "--nsfw" }],
      data: [points.map(({ day }) => Date.parse(day) / 1000), points.map(({ evidence }) => 100 * evidence), points.map(() => 100)],
    })}
    <p class="small">${about(found)}</p>
    ${found.cluster === undefined ? nothing : cluster(found.cluster, tenant)}</div>`;
}

function about({ state, effect, pictures, days, approvable, from, until, driftedAt }: Drift): TemplateResult {
  if (state === "OFF") {
    return html`<span class="mono">bulwark.review.drift.per-day</span>, such as 200, turns it on.`;
  }
  return state === "NOT_APPROVED"
    ? html`${counted(pictures, "picture")} of ${counted(days, "day")} sampled. ${approvable
      ? html`A senior approves them: <span class="mono">POST /api/v1/promises/drift/references</span>.`
      : "A reference needs 50 uploaders of 7 days, each counted once."}`
    : html`${counted(pictures, "picture")} of ${counted(days, "day")} since, beside ${from} to ${until}. More than ${share(effect)} of the traffic has to move for an alarm.
      ${driftedAt === undefined ? nothing : html`Drifted ${time(driftedAt)}.`}
      ${state === "OTHER_MODEL" ? "The model has changed: approve its traffic." : nothing}`;
}

function cluster({ unlike, since, before, share: now, examples }: NonNullable<Drift["cluster"]>, tenant: string): TemplateResult {
  return html`<p class="small">${unlike ? "Unlike all that was approved" : "More of what was there before"}: ${share(now)} of the traffic since ${since}, ${share(before)} before.
    ${examples.length === 0 ? nothing : html`Such as ${examples.map((image, i) => html`${i === 0 ? nothing : ", "}${imageLink(image, tenant)}`)}.`}</p>`;
}

function share(of: number): string {
  return `${(100 * of).toFixed(1)} %`;
}
