// The attempts of a campaign: accounts and pictures over time, drawn and as a table.

import { html, nothing, type TemplateResult } from "lit";
import type { CampaignInFull, Member } from "../api/documents.js";
import { visitor } from "../api/visitor.js";
import { lanesOf, type Lanes } from "../live/attacks.js";
import { address } from "../router.js";
import { counted, decisionName, moment, words } from "../words.js";
import { axis, drawing, tooltip, type Colours } from "./drawing.js";
import { badge, empty, imageLink, time, uploaderLink } from "./marks.js";

const MOST_ROWS = 200;
const LANE = 20;
const SCORES = 110;
const TOP = 8;
const BETWEEN = 26;
const BOTTOM = 26;
const NARROW = 560;
const TIMES = { year: "{yyyy}", month: "{MMM}", day: "{MMM} {d}", hour: "{HH}:{mm}", minute: "{HH}:{mm}", second: "{HH}:{mm}:{ss}" };

/** Each decision has a shape in addition to its colour. */
const SHAPES: Record<string, string> = { SAFE: "circle", NSFW: "diamond", REVIEW: "triangle", REFUSED: "rect" };
const DECISIONS = ["SAFE", "REVIEW", "NSFW", "REFUSED"] as const;

export function attempts(campaign: CampaignInFull): TemplateResult {
  const members = [...campaign.members].sort((one, other) => one.at.localeCompare(other.at));
  if (members.length === 0) {
    return empty("No attempt is kept", "The images of this campaign were erased or are past their retention.");
  }
  const lanes = lanesOf(members);
  return html`<figure class="chart"><figcaption>${DECISIONS.filter((name) => members.some(({ decision }) => decision === name)).map((name) => html`<span class="key"><i class="shape"
        data-shape=${SHAPES[name] ?? "circle"} aria-hidden="true" .style=${`background: var(--${name.toLowerCase()})`}></i>${decisionName(name)}</span>`)}
      <span>Above, a row for each account, and a line from each attempt to the next. Below, the scores of the same attempts.</span></figcaption>
    ${drawing({
      about: campaign,
      height: TOP + LANE * lanes.names.length + BETWEEN + SCORES + BOTTOM,
      option: (colour, room) => option(colour, members, lanes, room),
      leads: ({ index }) => {
        const member = members[index];
        return member === undefined ? null : address("image", member.imageId, visitor.of(campaign.tenant));
      },
    })}</figure>`;
}

function option(colour: Colours, members: readonly Member[], lanes: Lanes, room: number): Record<string, unknown> {
  const left = room < NARROW ? 76 : 128;
  const both = axis(colour);
  const height = LANE * lanes.names.length;
  const mark = ({ decision }: Member): Record<string, unknown> => ({
    symbol: SHAPES[decision] ?? "circle", itemStyle: { color: colour(`--${decision.toLowerCase()}`), borderColor: colour("--surface"), borderWidth: 1 },
  });
  const [first, last] = [members[0]!.at, members.at(-1)!.at];
  const span = Date.parse(last) - Date.parse(first);
  const times = { ...both, type: "time", min: Date.parse(first) - Math.max(1000, span / 50), max: Date.parse(last) + Math.max(1000, span / 50) };
  return {
    grid: [{ left, right: 12, top: TOP, height }, { left, right: 12, top: TOP + height + BETWEEN, height: SCORES }],
    tooltip: { ...tooltip(colour), trigger: "item", formatter: ({ dataIndex, dataType }: { dataIndex: number; dataType?: string }) => (dataType === "edge" ? "" : note(members[dataIndex])) },
    xAxis: [{ ...times, gridIndex: 0, axisLabel: { show: false }, axisTick: { show: false } }, { ...times, gridIndex: 1, splitNumber: room < NARROW ? 3 : 6, axisLabel: { ...both["axisLabel"] as object, formatter: TIMES } }],
    yAxis: [
      { ...both, gridIndex: 0, type: "category", inverse: true, data: lanes.names, splitLine: { show: true, lineStyle: { color: colour("--line") } }, axisTick: { show: false },
        axisLabel: { color: colour("--soft"), fontSize: 11, width: left - 14, overflow: "truncate", interval: 0 } },
      { ...both, gridIndex: 1, type: "value", min: 0, max: 1, interval: 0.5, name: "Score", nameLocation: "middle", nameGap: 30, nameTextStyle: { color: colour("--soft") } },
    ],
    series: [
      {
        type: "graph", coordinateSystem: "cartesian2d", xAxisIndex: 0, yAxisIndex: 0, symbolSize: 9,
        data: members.map((member, i) => ({ name: String(i), value: [Date.parse(member.at), lanes.of[i] ?? 0], ...mark(member) })),
        links: members.slice(1).map((_, i) => ({ source: i, target: i + 1 })),
        lineStyle: { color: colour("--soft"), width: 1, opacity: 0.35 }, emphasis: { focus: "adjacency", scale: true },
      },
      { type: "scatter", xAxisIndex: 1, yAxisIndex: 1, symbolSize: 7, data: members.map((member) => ({ value: [Date.parse(member.at), member.score ?? NaN], ...mark(member) })) },
    ],
  };
}

function note(member: Member | undefined): string {
  return member === undefined ? "" : [
    member.imageId, `by ${member.uploaderId}, ${moment(member.at)}`,
    `${decisionName(member.decision)}${member.score === null ? "" : `, score ${member.score.toFixed(3)}`}${member.angle === null ? "" : `, ${degrees(member.angle)} away`}`,
  ].join("\n");
}

/** Of radians. */
function degrees(angle: number): string {
  return `${((180 * angle) / Math.PI).toFixed(1)}°`;
}

/** What each account did in a campaign, the busiest first. */
export function accounts({ members, tenant, uploadersBeyond }: CampaignInFull): TemplateResult {
  const all = new Map<string, { attempts: number; safe: number; low: number; high: number; last: string }>();
  for (const { uploaderId, decision, score, at } of members) {
    const so = all.get(uploaderId) ?? { attempts: 0, safe: 0, low: Infinity, high: -Infinity, last: "" };
    all.set(uploaderId, {
      attempts: so.attempts + 1, safe: so.safe + (decision === "SAFE" ? 1 : 0), last: at > so.last ? at : so.last,
      low: Math.min(so.low, score ?? Infinity), high: Math.max(so.high, score ?? -Infinity),
    });
  }
  const rows = [...all].sort(([, one], [, other]) => other.attempts - one.attempts);
  return html`<div class="wide tall" tabindex="0" role="region" aria-label="Accounts"><table><thead><tr><th scope="col">Account</th><th scope="col" class="number">Attempts</th>
      <th scope="col" class="number">Safe</th><th scope="col" class="number">Lowest</th><th scope="col" class="number">Highest</th><th scope="col">Last</th></tr></thead>
    <tbody>${rows.map(([name, so]) => html`<tr><td>${uploaderLink(name, tenant)}</td><td class="number">${so.attempts}</td><td class="number">${so.safe}</td>
      <td class="number">${Number.isFinite(so.low) ? so.low.toFixed(2) : "–"}</td><td class="number">${Number.isFinite(so.high) ? so.high.toFixed(2) : "–"}</td><td>${time(so.last)}</td></tr>`)}</tbody></table></div>
    ${uploadersBeyond > 0 ? html`<p class="small">${counted(uploadersBeyond, "further account")} took part and ${uploadersBeyond === 1 ? "is" : "are"} not listed.</p>` : nothing}`;
}

/** The attempts one by one, newest first: what the drawing shows. */
export function attemptTable({ members, tenant, membersBeyond }: CampaignInFull): TemplateResult {
  const rows = [...members].sort((one, other) => other.at.localeCompare(one.at));
  const left = membersBeyond + Math.max(0, rows.length - MOST_ROWS);
  return html`<div class="wide tall" tabindex="0" role="region" aria-label="Attempts"><table><thead><tr><th scope="col">When</th><th scope="col">Account</th><th scope="col">Image</th><th scope="col">Decision</th>
      <th scope="col" class="number">Score</th><th scope="col">Kind</th><th scope="col" class="number">Away</th></tr></thead>
    <tbody>${rows.slice(0, MOST_ROWS).map((member) => html`<tr><td>${time(member.at)}</td><td>${uploaderLink(member.uploaderId, tenant)}</td><td>${imageLink(member.imageId, tenant)}</td>
      <td>${badge(member.decision)}</td><td class="number">${member.score === null ? "–" : member.score.toFixed(3)}</td><td>${words(member.kind)}</td>
      <td class="number">${member.angle === null ? "–" : degrees(member.angle)}</td></tr>`)}</tbody></table></div>
    ${left > 0 ? html`<p class="small">${counted(left, "further attempt")} ${left === 1 ? "is" : "are"} counted and not listed.</p>` : nothing}`;
}
