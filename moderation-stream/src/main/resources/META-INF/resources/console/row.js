// One verdict as a row of the list.

import { alarm, spokenAlarm } from "./audits.js";
import { bar, element } from "./dom.js";
import { thresholdsFor } from "./thresholds.js";
import { badge, clock, decisionName, words } from "./words.js";

/** The view whose score is the verdict's: the worst. */
export function decidingView(verdict) {
  return verdict.views.reduce((worst, view) => (worst === null || view.score > worst.score ? view : worst), null);
}

export function row(verdict) {
  const nearest = decidingView(verdict)?.neighbours[0] ?? null;
  const button = element("button",
    { type: "button", class: "row", "data-decision": verdict.decision, "aria-label": spoken(verdict, nearest) },
    element("span", { class: "badges" }, badge(verdict.decision), alarm(verdict.imageId)),
    element("span", {},
      element("span", { class: "cut mono", title: verdict.imageId }, verdict.imageId),
      verdict.reason ? element("span", { class: "cut small" }, words(verdict.reason)) : null),
    element("span", { class: "score" }, scoreBar(verdict), element("output", {}, verdict.score.toFixed(2))),
    element("span", { class: "nearest" },
      nearest === null
        ? element("span", { class: "small" }, "none")
        : element("span", { class: "cut" }, element("span", { class: "tag" }, nearest.label), ` ${nearest.similarity.toFixed(2)}`),
      nearest === null ? null : element("span", { class: "cut small mono" }, nearest.referenceId)),
    element("span", { class: "uploader" },
      element("span", { class: "cut" }, verdict.uploaderId),
      verdict.tenant === "default" ? null : element("span", { class: "cut small" }, verdict.tenant)),
    element("time", { datetime: verdict.decidedAt }, clock(verdict.decidedAt)));
  return button;
}

function scoreBar(verdict) {
  return bar(verdict.score, {}, thresholdsFor(verdict));
}

/** Draws the thresholds of a row again, when more is known of them. */
export function redrawThresholds(button, verdict) {
  button.querySelector(".bar").replaceWith(scoreBar(verdict));
}

function spoken(verdict, nearest) {
  const parts = [decisionName(verdict.decision), `image ${verdict.imageId}`, `score ${verdict.score.toFixed(2)}`];
  if (verdict.reason) {
    parts.push(words(verdict.reason));
  }
  if (nearest !== null) {
    parts.push(`nearest ${nearest.label} at ${nearest.similarity.toFixed(2)}`);
  }
  parts.push(...spokenAlarm(verdict.imageId));
  parts.push(`uploader ${verdict.uploaderId}`, `decided ${clock(verdict.decidedAt)}`);
  return parts.join(", ");
}

/** What the search field looks through. */
export function searchText(verdict) {
  const neighbours = verdict.views.flatMap((view) => view.neighbours.flatMap((n) => [n.referenceId, n.label]));
  return [verdict.imageId, verdict.uploaderId, verdict.tenant, verdict.reason ?? "", ...neighbours].join("\n").toLowerCase();
}
