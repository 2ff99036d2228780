// What was decided minute by minute, for the charts. Bounded: past minutes are dropped, and each minute
// keeps only as many times as a median needs.

import type { Verdict } from "../api/documents.js";

export interface Minute {
  /** Seconds since 1970, at the minute's start. */
  readonly at: number;
  readonly counts: Record<string, number>;
  /** Milliseconds from upload to decision. */
  readonly waits: number[];
  /** Milliseconds of the worker's own steps. */
  readonly works: number[];
}

const MOST_TIMES = 512;

export class Minutes {
  readonly #minutes = new Map<number, Minute>();

  /** @param most minutes that are kept */
  constructor(readonly most: number) {}

  add(verdict: Pick<Verdict, "decision" | "decidedAt" | "uploadedAt" | "timingsMicros">): void {
    const at = Math.floor(Date.parse(verdict.decidedAt) / 60_000) * 60;
    const minute = this.#minutes.get(at) ?? { at, counts: {}, waits: [], works: [] };
    this.#minutes.set(at, minute);
    minute.counts[verdict.decision] = (minute.counts[verdict.decision] ?? 0) + 1;
    if (verdict.uploadedAt !== null && minute.waits.length < MOST_TIMES) {
      minute.waits.push(Math.max(0, Date.parse(verdict.decidedAt) - Date.parse(verdict.uploadedAt)));
    }
    const work = Object.values(verdict.timingsMicros).reduce((sum, time) => sum + time, 0);
    if (work > 0 && minute.works.length < MOST_TIMES) {
      minute.works.push(work / 1000);
    }
    if (this.#minutes.size > this.most) {
      this.#minutes.delete(Math.min(...this.#minutes.keys()));
    }
  }

  /** The minutes up to now, oldest first, those without a verdict too. */
  series(length: number, now = Date.now()): Minute[] {
    const last = Math.floor(now / 60_000) * 60;
    return Array.from({ length }, (_, i) => last - 60 * (length - 1 - i))
      .map((at) => this.#minutes.get(at) ?? { at, counts: {}, waits: [], works: [] });
  }
}

/** The value below which a share of the values lies; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) {
    return null;
  }
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}
