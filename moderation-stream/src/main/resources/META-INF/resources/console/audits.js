// Attack audits: what is known of each image, its badge in the list, and its evidence in the details.

import { bar, element } from "./dom.js";
import { address } from "./visitor.js";
import { badge, moment, words } from "./words.js";

const MOST_IMAGES = 2000;

const known = new Map(); // image id to its audits, newest first; the image that was heard of last stands last

/**
 * Takes note of an audit.
 *
 * @returns {boolean} whether it was news
 */
export function learn(audit) {
  const audits = known.get(audit.imageId) ?? [];
  if (audits.some((other) => other.kind === audit.kind && other.detectedAt === audit.detectedAt)) {
    return false;
  }
  known.delete(audit.imageId);
  known.set(audit.imageId, [audit, ...audits].sort((one, other) => other.detectedAt.localeCompare(one.detectedAt)));
  if (known.size > MOST_IMAGES) {
    known.delete(known.keys().next().value);
  }
  return true;
}

/** The audits of an image that are known, newest first. */
export function auditsOf(imageId) {
  return known.get(imageId) ?? [];
}

/** Asks for all that is kept of an image: the feed shows only what came lately. */
export async function ask({ imageId, tenant }) {
  const answer = await fetch(await address(`api/v1/audits/${encodeURIComponent(imageId)}`, tenant));
  if (!answer.ok) {
    throw new Error(`status ${answer.status}`);
  }
  return answer.json();
}

/** The mark of an audited image in the list; null where there is none. */
export function alarm(imageId) {
  const audits = auditsOf(imageId);
  return audits.length === 0 ? null : element("span", { class: "alarm", title: words(audits[0].kind) },
    element("i", { "aria-hidden": "true" }, "⚠"), "Audit");
}

/** What the mark says, for those who hear the page. */
export function spokenAlarm(imageId) {
  return auditsOf(imageId).map((audit) => `attack audit: ${words(audit.kind).toLowerCase()}`);
}

/** The evidence of an audit. */
export function auditEvidence(audit) {
  const sides = audit.robustScore === null || audit.cleanScore === null
    ? null
    : element("div", { class: "sides" },
      side("Robust encoder", audit.decision, audit.robustScore, audit.robustNeighbours),
      side("Clean twin", audit.cleanDecision ?? "UNKNOWN", audit.cleanScore, audit.cleanNeighbours));
  return element("div", { class: "audit" },
    element("div", { class: "view-top" },
      element("b", {}, words(audit.kind)),
      element("span", { class: "small" }, [audit.view, moment(audit.detectedAt)].filter((part) => part !== null).join(", "))),
    sides,
    element("dl", { class: "facts" }, ...audit.signals.flatMap(signal), ...Object.entries(audit.evidence).flatMap(([name, value]) => [
      element("dt", {}, words(name)), element("dd", {}, value)])));
}

function signal({ name, score, threshold, fired }) {
  return [element("dt", {}, "Signal"),
    element("dd", {}, `${name} ${score.toFixed(3)}, ${fired ? "above" : "not above"} its threshold ${threshold.toFixed(3)}`)];
}

function side(name, decision, score, neighbours) {
  return element("div", { class: "side", "data-decision": decision },
    element("p", { class: "small" }, name),
    badge(decision),
    element("div", { class: "score" }, bar(score), element("output", {}, score.toFixed(3))),
    element("ol", { class: "near" }, ...neighbours.map((neighbour) => element("li", {},
      element("span", { class: "tag" }, neighbour.label),
      element("output", {}, neighbour.similarity.toFixed(3)),
      element("span", { class: "cut small mono", title: neighbour.referenceId }, neighbour.referenceId)))));
}
