// A verdict carries its distance to the nearer threshold, not the thresholds. Below the safe threshold the nearer one is
// the safe threshold, above the flag threshold it is the flag threshold: so SAFE and NSFW verdicts tell both, and all
// verdicts of the same tenant under the same policy share them.

import type { Verdict } from "../api/documents.js";

export interface Threshold {
  readonly name: string;
  readonly at: number;
}

type Judged = Pick<Verdict, "tenant" | "policyVersion">;
type Told = Judged & Pick<Verdict, "decision" | "decidedBy" | "reason" | "score" | "margin">;

interface Both {
  readonly tenant: string;
  readonly policyVersion: string | null;
  readonly safe?: number;
  readonly flag?: number;
}

const EQUAL_WITHIN = 1e-6;

export class Thresholds {
  readonly #known = new Map<string, Both>();

  /**
   * Takes note of what a worker's verdict tells of the thresholds, and says whether that was news. A person decides
   * without them, and what has a reason was not decided by them: known content is flagged whatever its score.
   */
  learn(verdict: Told): boolean {
    const name = { SAFE: "safe" as const, NSFW: "flag" as const }[verdict.decision];
    if (verdict.decidedBy.kind !== "WORKER" || verdict.reason || name === undefined) {
      return false;
    }
    const entry = this.#known.get(key(verdict)) ?? { tenant: verdict.tenant, policyVersion: verdict.policyVersion };
    const at = name === "safe" ? verdict.score + verdict.margin : verdict.score - verdict.margin;
    const news = !(Math.abs((entry[name] ?? Number.NaN) - at) < EQUAL_WITHIN);
    this.#known.set(key(verdict), { ...entry, [name]: at });
    return news;
  }

  /** The thresholds that are known for this verdict, lower first. */
  of(verdict: Judged): Threshold[] {
    const entry = this.#known.get(key(verdict));
    return [{ name: "safe ≤", at: entry?.safe }, { name: "flag ≥", at: entry?.flag }]
      .filter((each): each is Threshold => each.at !== undefined && each.at > 0.001 && each.at < 0.999);
  }

  /** All that is known. */
  all(): Both[] {
    return [...this.#known.values()];
  }
}

function key({ tenant, policyVersion }: Judged): string {
  return JSON.stringify([tenant, policyVersion]);
}
