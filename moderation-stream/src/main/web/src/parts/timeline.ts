// Audits over time, by kind: bars, and the same as a table.

import { html, type TemplateResult } from "lit";
import type { AuditSummary } from "../api/documents.js";
import { timelineOf, type Timeline } from "../live/attacks.js";
import { hour, words } from "../words.js";
import { axis, drawing, tooltip, type Colours } from "./drawing.js";
import { empty } from "./marks.js";

const HEIGHT = 220;
const HOUR_MILLIS = 3_600_000;

/** A kind has one colour wherever it is drawn; the kinds that are rare share what is left. */
const COLOURS: Record<string, string> = {
  NEAR_FLAGGED: "--alarm", TWIN_DISAGREEMENT: "--accent", HASH_TWIN: "--review", IMAGE_SCALING: "--refused", PROBING: "--nsfw", NEAR_DUPLICATE: "--safe",
};

export function colourOf(kind: string): string {
  return COLOURS[kind] ?? "--soft";
}

export function timeline(summary: AuditSummary): TemplateResult {
  const { from, kinds } = timelineOf(summary);
  if (kinds.length === 0) {
    return empty("No audits in this time", "A bar appears here when a detector of a worker fires.");
  }
  const days = summary.bucketSeconds * 1000 * from.length > 30 * HOUR_MILLIS;
  return html`<figure class="chart"><figcaption>${kinds.map(({ kind, all }) => html`<span class="key"><i aria-hidden="true" .style=${`background: var(${colourOf(kind)})`}></i>${words(kind)}
      <b>${all.toLocaleString()}</b></span>`)}</figcaption>
    ${drawing({ about: summary, height: HEIGHT, option: (colour) => option(colour, from, kinds, days) })}</figure>
    <details class="as-table"><summary>As a table</summary>${table(from, kinds)}</details>`;
}

function option(colour: Colours, from: readonly number[], kinds: Timeline["kinds"], days: boolean): Record<string, unknown> {
  const label = (at: number): string => new Date(at).toLocaleString([], days ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit", hour12: false });
  return {
    grid: { left: 40, right: 8, top: 10, bottom: 24 },
    tooltip: {
      ...tooltip(colour), trigger: "axis", axisPointer: { type: "shadow" },
      formatter: (marks: readonly { readonly dataIndex: number }[]) => note(from, kinds, marks[0]?.dataIndex ?? 0),
    },
    xAxis: { ...axis(colour), type: "category", data: from.map(label), splitLine: { show: false } },
    yAxis: { ...axis(colour), type: "value", minInterval: 1 },
    series: kinds.map(({ kind, counts }) => ({ type: "bar", name: words(kind), stack: "all", barCategoryGap: "18%", data: counts, itemStyle: { color: colour(colourOf(kind)) } })),
  };
}

function note(from: readonly number[], kinds: Timeline["kinds"], place: number): string {
  const there = kinds.filter(({ counts }) => (counts[place] ?? 0) > 0);
  return [`From ${hour(from[place] ?? 0)}`, ...there.map(({ kind, counts }) => `${words(kind)}: ${(counts[place] ?? 0).toLocaleString()}`), ...(there.length === 0 ? ["No audits"] : [])].join("\n");
}

function table(from: readonly number[], kinds: Timeline["kinds"]): TemplateResult {
  const rows = from.map((at, i) => ({ at, counts: kinds.map(({ counts }) => counts[i] ?? 0) })).filter(({ counts }) => counts.some((each) => each > 0)).reverse();
  return html`<div class="wide" tabindex="0" role="region" aria-label="Audits by kind and time"><table><thead><tr><th scope="col">From</th>${kinds.map(({ kind }) =>
      html`<th scope="col" class="number">${words(kind)}</th>`)}</tr></thead>
    <tbody>${rows.map(({ at, counts }) => html`<tr><td>${hour(at)}</td>${counts.map((count) => html`<td class="number">${count.toLocaleString()}</td>`)}</tr>`)}</tbody></table></div>`;
}
