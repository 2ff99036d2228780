// Decisions, constants, instants and lengths as people read them.

const NAMES: Record<string, string> = { SAFE: "Safe", NSFW: "NSFW", REVIEW: "Review", REFUSED: "Refused", UNKNOWN: "Unknown" };

/** The name of a decision. */
export function decisionName(decision: string): string {
  return NAMES[decision] ?? decision;
}

/** TOO_MANY_PIXELS as words. */
export function words(constant: string): string {
  const text = constant.replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
const HOUR: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hour12: false };
const DAY: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

type Instant = string | number | Date;

/** The time of an instant in the viewer's zone, and its day where that is not today. */
export function moment(instant: Instant, now = new Date()): string {
  return withDay(new Date(instant), now, TIME);
}

/** The same without seconds. */
export function hour(instant: Instant, now = new Date()): string {
  return withDay(new Date(instant), now, HOUR);
}

function withDay(at: Date, now: Date, parts: Intl.DateTimeFormatOptions): string {
  const time = at.toLocaleTimeString([], parts);
  if (at.toDateString() === now.toDateString()) {
    return time;
  }
  const day = at.getFullYear() === now.getFullYear() ? DAY : { ...DAY, year: "numeric" as const };
  return `${at.toLocaleDateString([], day)} ${time}`;
}

/** The instant in full, with the name of the zone. */
export function inFull(instant: Instant): string {
  return new Date(instant).toLocaleString([], { dateStyle: "medium", timeStyle: "long", hour12: false });
}

/** A length of time: 850 ms, 12 s, 4 min, 3 h, 2 days. */
export function length(millis: number): string {
  if (millis < 1000) {
    return `${Math.round(millis)} ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 120) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 7200) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** A countdown: 1:05. */
export function countdown(millis: number): string {
  const seconds = Math.max(0, Math.ceil(millis / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** One item, two items. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

/** A share of [0, 1] as the width of a bar; what lies outside is drawn at its end. */
export function percent(share: number): string {
  return `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
}

/** The beginning of a fingerprint. */
export function short(fingerprint: string): string {
  return fingerprint.length > 14 ? `${fingerprint.slice(0, 12)}…` : fingerprint;
}
