// Live robust accuracy: how many of the images that our own red team attacked kept their decision, beside the objective.

import { html, nothing, type TemplateResult } from "lit";
import type { AuditSummary } from "../api/documents.js";
import { standing, type Standing } from "../live/attacks.js";
import { counted, words } from "../words.js";
import { bar, empty } from "./marks.js";

const SAID: Record<Standing, string> = { HELD: "Objective held", MISSED: "Below the objective", OPEN: "Too few to tell" };
const TONE: Record<Standing, string> = { HELD: "SAFE", MISSED: "NSFW", OPEN: "REVIEW" };

export function robustness({ robustness: all, objective }: AuditSummary): TemplateResult {
  if (all.length === 0) {
    return empty("No probe in this time", html`Robust accuracy is measured by <span class="mono">bulwark red-team</span>, a separate process, which is off until you start it.`);
  }
  return html`${all.map((each) => {
      const found = objective === null ? null : standing(each, objective);
      return html`<div class="robust"><p><b>${words(each.goal)}</b> <span class="small">within ${each.epsilon}</span>
          ${found === null ? nothing : html`<span class="badge" data-decision=${TONE[found]}>${SAID[found]}</span>`}</p>
        <div class="score">${bar(each.accuracy, "plain large", objective === null ? [] : [{ name: "objective", at: objective }])}<output>${share(each.accuracy)}</output></div>
        <p class="small">95 % interval ${share(each.low)} to ${share(each.high)}; ${counted(each.images, "image")} attacked, ${each.fell.toLocaleString()} fell${each.overdue === 0 ? nothing : `, ${each.overdue.toLocaleString()} more ran out of time`}</p></div>`;
    })}
    <p class="small">${objective === null ? html`No objective is set: <span class="mono">bulwark.stream.audits.robust-accuracy-objective</span>.`
      : `The mark is the objective, ${share(objective)}.`} An image that fell to one of several attacks has fallen.</p>`;
}

function share(of: number): string {
  return `${(100 * of).toFixed(1)} %`;
}
