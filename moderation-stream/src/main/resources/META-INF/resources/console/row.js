// One verdict as a row of the list.

import { alarm, spokenAlarm } from "./audits.js";
import { bar, element } from "./dom.js";
import { thresholdsFor } from "./thresholds.js";
import { badge, decisionName, moment, words } from "./words.js";

/** The view that decided; a verdict of an older worker does not name it, there it is the one with the highest score. */
export function decidingView(verdict) {
  const named = verdict.views.find((view) => view.view === verdict.decidingView);
  return named ?? verdict.views.reduce((worst, view) => (worst === null || view.score > worst.score ? view : worst), null);
}

export function row(verdict) {
  const nearest = decidingView(verdict)?.neighbours[0] ?? null;
  const button = element("button",
    { type: "button", class: "row", "data-decision": verdict.decision, "aria-label": spoken(verdict, nearest) },
    element("span", { class: "badges" }, badge(verdict.decision), alarm(verdict.imageId)),
    element("span", {},
      element("span", { class: "cut mono", title: verdict.imageId }, verdict.imageId),
      verdict.reason || verdict.decidingLabel
        ? element("span", { class: "cut small" },
          [verdict.reason ? words(verdict.reason) : null, verdict.decidingLabel].filter((part) => part).join(" · "))
        : null),
    element("span", { class: "score" }, scoreBar(verdict), element("output", {}, verdict.score.toFixed(2))),
    element("span", { class: "nearest" },
      nearest === null
        ? element("span", { class: "small" }, "none")
        : element("span", { class: "cut" }, element("span", { class: "tag" }, nearest.label), ` ${nearest.similarity.toFixed(2)}`),
      nearest === null ? null : element("span", { class: "cut small mono" }, nearest.referenceId)),
    element("span", { class: "uploader" },
      element("span", { class: "cut" }, verdict.uploaderId),
      verdict.tenant === "default" ? null : element("span", { class: "cut small" }, verdict.tenant)),
    element("time", { datetime: verdict.decidedAt }, moment(verdict.decidedAt)));
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
  if (verdict.decidingLabel) {
    parts.push(`label ${verdict.decidingLabel}`);
  }
  if (nearest !== null) {
    parts.push(`nearest ${nearest.label} at ${nearest.similarity.toFixed(2)}`);
  }
  parts.push(...spokenAlarm(verdict.imageId));
  parts.push(`uploader ${verdict.uploaderId}`, `decided ${moment(verdict.decidedAt)}`);
  return parts.join(", ");
}

/** What the search field looks through. */
export function searchText(verdict) {
  const neighbours = verdict.views.flatMap((view) => view.neighbours.flatMap((n) => [n.referenceId, n.label]));
  return [verdict.imageId, verdict.uploaderId, verdict.tenant, verdict.reason ?? "", verdict.decidingLabel ?? "", ...Object.values(verdict.attributes), ...neighbours].join("\n").toLowerCase();
}
