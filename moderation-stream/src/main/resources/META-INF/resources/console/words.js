// Decisions, constants and instants as people read them.

import { element } from "./dom.js";

const ICONS = { SAFE: "✓", NSFW: "⊘", REVIEW: "?", REFUSED: "✕" };
const NAMES = { SAFE: "Safe", NSFW: "NSFW", REVIEW: "Review", REFUSED: "Refused", UNKNOWN: "Unknown" };

/** The name of a decision. */
export function decisionName(decision) {
  return NAMES[decision] ?? decision;
}

export function badge(decision) {
  return element("span", { class: "badge", "data-decision": decision },
    element("i", { "aria-hidden": "true" }, ICONS[decision] ?? "·"),
    decisionName(decision));
}

/** REVIEW(UNFAMILIAR) as words. */
export function words(constant) {
  const text = constant.replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const TIME = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
const HOUR = { hour: "2-digit", minute: "2-digit", hour12: false };
const DAY = { day: "numeric", month: "short" };

/** The time of an instant, and its day where that is not today. */
export function moment(instant, now = new Date()) {
  return withDay(new Date(instant), now, TIME);
}

/** The same without seconds. */
export function hour(instant, now = new Date()) {
  return withDay(new Date(instant), now, HOUR);
}

function withDay(at, now, parts) {
  const time = at.toLocaleTimeString([], parts);
  if (at.toDateString() === now.toDateString()) {
    return time;
  }
  const day = at.getFullYear() === now.getFullYear() ? DAY : { ...DAY, year: "numeric" };
  return `${at.toLocaleDateString([], day)} ${time}`;
}
