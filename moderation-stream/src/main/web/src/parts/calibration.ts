// How scores and what people decided go together, and what other thresholds would make of the stored scores.

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import type { Backtest, Bin } from "../api/documents.js";
import { badge } from "./marks.js";
import { byWorkers, type Wanted } from "./trial.js";
import { counted, percent } from "../words.js";

const WIDTH = 480;
const HEIGHT = 180;
const BIN = 0.05;

/** The share of each range of scores that people called NSFW, over how many they judged. A bar in the diagonal is calibrated. */
export function curve(bins: readonly Bin[], { review, flag }: Wanted): TemplateResult {
  const most = Math.max(1, ...bins.map(({ judged }) => judged));
  const judged = bins.filter(({ judged: some }) => some > 0);
  const x = (score: number): number => score * WIDTH;
  const y = (share: number): number => HEIGHT - share * HEIGHT;
  const mark = (at: number, name: string): SVGTemplateResult => svg`<line class="mark ${name}" x1=${x(at)} x2=${x(at)} y1="0" y2=${HEIGHT}><title>${name} ${at.toFixed(2)}</title></line>`;
  return html`<figure class="curve"><svg viewBox="-4 -6 ${WIDTH + 8} ${HEIGHT + 12}" role="img" aria-label=${spoken(judged)}>
      ${bins.map(({ from, judged: some }) => svg`<rect class="judged" x=${x(from) + 1} width=${x(BIN) - 2} y=${y(some / most)} height=${HEIGHT - y(some / most)}></rect>`)}
      <line class="even" x1="0" y1=${HEIGHT} x2=${WIDTH} y2="0"></line>
      ${mark(review, "safe")}${mark(flag, "nsfw")}
      ${runs(judged).map((run) => svg`<polyline points=${run.map(({ from, judged: all, flagged }) => `${x(from + BIN / 2)},${y(flagged / all)}`).join(" ")}></polyline>`)}
      ${judged.map(({ from, judged: all, flagged }) => svg`<circle cx=${x(from + BIN / 2)} cy=${y(flagged / all)} r="4"><title>${range(from)}: ${flagged} of ${all} NSFW</title></circle>`)}
    </svg><figcaption class="small">Left to right the score, upwards the share that people called NSFW. Bars say how many people judged; dashed is where score and share are equal.
      The lines are the thresholds that are tried.</figcaption></figure>`;
}

/** Ranges that follow each other; nothing is drawn over scores without a judgement. */
function runs(judged: readonly Bin[]): Bin[][] {
  const all: Bin[][] = [];
  for (const bin of judged) {
    const last = all.at(-1);
    if (last !== undefined && bin.from - last.at(-1)!.from < 1.5 * BIN) {
      last.push(bin);
    } else {
      all.push([bin]);
    }
  }
  return all;
}

function range(from: number): string {
  return `${from.toFixed(2)} to ${(from + BIN).toFixed(2)}`;
}

function spoken(judged: readonly Bin[]): string {
  return judged.length === 0 ? "No picture has been judged yet"
    : `Share that people called NSFW by score: ${judged.map(({ from, judged: all, flagged }) => `${range(from)} ${percent(flagged / all)}`).join(", ")}`;
}

/** What would be decided otherwise, row by row. */
export function changes({ counts }: Backtest, id = "changes"): TemplateResult {
  const sum = (rows: readonly Backtest["counts"][number][]): number => rows.reduce((all, { cases }) => all + cases, 0);
  const workers = byWorkers(counts);
  const people = counts.filter(({ byPerson }) => byPerson);
  return html`<p id=${id}>${counted(workers.otherwise, "picture")} of ${workers.all.toLocaleString()} that workers decided would be decided otherwise. ${people.length === 0
      ? "No person has decided any of them." : html`Of ${counted(sum(people), "picture")} that people decided, these thresholds would agree on ${sum(people.filter(({ would, holds }) => would === holds)).toLocaleString()},
        leave ${sum(people.filter(({ would }) => would === "REVIEW")).toLocaleString()} to people, and decide ${sum(people.filter(({ would, holds }) => would !== "REVIEW" && would !== holds)).toLocaleString()} the other way.`}</p>
    ${counts.length === 0 ? nothing : html`<div class="wide" tabindex="0" role="region" aria-label="What would change"><table><thead><tr><th scope="col">Would be</th><th scope="col">Is</th><th scope="col">Decided by</th>
      <th scope="col" class="number">Pictures</th></tr></thead><tbody>${counts.map(({ would, holds, byPerson, cases }) => html`<tr><td>${badge(would)}</td><td>${badge(holds)}</td>
        <td>${byPerson ? "people" : "workers"}</td><td class="number">${cases.toLocaleString()}</td></tr>`)}</tbody></table></div>`}`;
}
