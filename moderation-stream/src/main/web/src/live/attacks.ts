// What is read off audits and campaigns before it is drawn.

import type { AuditSummary, Member, Robustness } from "../api/documents.js";

/** What our own red team tried is no attack. */
export const PROBE = "ROBUSTNESS_PROBE";

export interface Timeline {
  /** Milliseconds at which the bars begin, ascending, without gaps. */
  readonly from: readonly number[];
  /** The most frequent first. */
  readonly kinds: readonly { readonly kind: string; readonly counts: readonly number[]; readonly all: number }[];
}

/** The counts as bars from the beginning of the period to now, also those in which nothing happened. */
export function timelineOf({ since, bucketSeconds, counts }: Pick<AuditSummary, "since" | "bucketSeconds" | "counts">, now = Date.now()): Timeline {
  const width = 1000 * bucketSeconds;
  const first = Math.floor(Date.parse(since) / width) * width;
  const from = Array.from({ length: Math.max(1, Math.floor((now - first) / width) + 1) }, (_, i) => first + i * width);
  const byKind = new Map<string, number[]>();
  for (const { from: at, kind, audits } of counts) {
    const place = Math.round((Date.parse(at) - first) / width);
    if (kind !== PROBE && place >= 0 && place < from.length) {
      const series = byKind.get(kind) ?? from.map(() => 0);
      series[place] = (series[place] ?? 0) + audits;
      byKind.set(kind, series);
    }
  }
  const kinds = [...byKind].map(([kind, series]) => ({ kind, counts: series, all: series.reduce((sum, each) => sum + each, 0) }));
  return { from, kinds: kinds.sort((one, other) => other.all - one.all || one.kind.localeCompare(other.kind)) };
}

/** Rows of accounts that a person can still tell apart. */
const MOST_LANES = 24;

export interface Lanes {
  /** Accounts in the order of their first attempt. */
  readonly names: readonly string[];
  /** The lane of each member, in the order of the members. */
  readonly of: readonly number[];
}

/** A lane for each account; beyond {@link MOST_LANES} those with the fewest attempts share the last. */
export function lanesOf(members: readonly Pick<Member, "uploaderId">[], most = MOST_LANES): Lanes {
  const attempts = new Map<string, number>();
  for (const { uploaderId } of members) {
    attempts.set(uploaderId, (attempts.get(uploaderId) ?? 0) + 1);
  }
  const accounts = [...attempts.keys()];
  if (accounts.length <= most) {
    const place = new Map(accounts.map((name, i) => [name, i]));
    return { names: accounts, of: members.map(({ uploaderId }) => place.get(uploaderId) ?? 0) };
  }
  const busiest = new Set([...accounts].sort((one, other) => attempts.get(other)! - attempts.get(one)!).slice(0, most - 1));
  const own = accounts.filter((name) => busiest.has(name));
  const place = new Map(own.map((name, i) => [name, i]));
  return { names: [...own, `${accounts.length - own.length} others`], of: members.map(({ uploaderId }) => place.get(uploaderId) ?? own.length) };
}

/** What an interval of 95 % says about an objective. */
export type Standing = "HELD" | "MISSED" | "OPEN";

export function standing({ low, high }: Pick<Robustness, "low" | "high">, objective: number): Standing {
  return low >= objective ? "HELD" : high < objective ? "MISSED" : "OPEN";
}
