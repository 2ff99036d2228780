// Thresholds that are tried: which ones, and how many pictures they would decide otherwise.

import type { Backtest } from "../api/documents.js";

export interface Wanted {
  readonly review: number;
  readonly flag: number;
}

/** The worker's own, until verdicts tell others. */
const USUAL: Wanted = { review: 0.4, flag: 0.6 };
const DIGITS = 4;

/** What is tried first: what the verdicts tell, rounded, with review not above flag. */
export function first(known: { readonly safe?: number; readonly flag?: number } | undefined): Wanted {
  const flag = rounded(known?.flag ?? USUAL.flag);
  return { review: Math.min(rounded(known?.safe ?? USUAL.review), flag), flag };
}

/** The thresholds in the fields; null while a field is empty or not a number from 0 to 1. */
export function typed(review: string, flag: string): Wanted | null {
  const both = [review, flag].map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  const [low = Number.NaN, high = Number.NaN] = both;
  return both.every((number) => number >= 0 && number <= 1) ? { review: low, flag: high } : null;
}

/** Pictures that workers decided, and how many of them would be decided otherwise; what a person decided stays. */
export function byWorkers(counts: Backtest["counts"]): { readonly all: number; readonly otherwise: number } {
  const workers = counts.filter(({ byPerson }) => !byPerson);
  const sum = (rows: Backtest["counts"]): number => rows.reduce((all, { cases }) => all + cases, 0);
  return { all: sum(workers), otherwise: sum(workers.filter(({ would, holds }) => would !== holds)) };
}

function rounded(threshold: number): number {
  return Number(Math.min(1, Math.max(0, threshold)).toFixed(DIGITS));
}
