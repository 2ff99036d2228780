// The review's part of the API.

import type { AlikeItem, Claim, Note, Outcome } from "../api/documents.js";
import { ask, part, send, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { own } from "../settings.js";

/** A claim and how long it holds from now on, in milliseconds of this machine's clock. */
export interface Held {
  readonly claim: Claim;
  readonly millis: number;
}

export interface Answer {
  readonly decisionId: string;
  readonly decision: "SAFE" | "NSFW";
  readonly labels: readonly string[];
  readonly reason?: string | undefined;
  readonly bankLabel?: string | undefined;
  /** The open items of the same file, each listed, that are decided so too. */
  readonly alike?: readonly string[] | undefined;
  /** The near-equal items, each displayed, that are decided so too. */
  readonly near?: readonly string[] | undefined;
}

/** Why the last claim was given nothing although something waits; null where nothing does. */
export interface Withheld {
  readonly why: "BREAK" | "LIMIT" | "OPT_OUT" | string;
  /** When that ends, by this machine's clock; null where it is not known. */
  readonly until: number | null;
  /** When that was answered. */
  readonly at: number;
}

let withheld: Withheld | null = null;

/** Of the last claim. */
export function lastWithheld(): Withheld | null {
  return withheld;
}

export interface Desk {
  /** The next item; null where nothing waits. */
  claim(): Promise<Held | null>;
  /** Milliseconds for which the renewed claim holds. */
  renew(claim: Claim): Promise<number>;
  seen(claim: Claim): Promise<void>;
  decide(claim: Claim, answer: Answer): Promise<Outcome>;
  /** Takes a decision back; the outcome has the new claim's lease. */
  undo(claim: Claim, decisionId: string): Promise<Outcome>;
  release(claim: Claim, whileLeaving?: boolean): Promise<void>;
  skip(claim: Claim, reason: string): Promise<void>;
  escalate(claim: Claim, reason: string): Promise<void>;
  notes(claim: Claim): Promise<readonly Note[]>;
  /** The open items of the same file that this reviewer might decide. */
  alike(claim: Claim): Promise<readonly AlikeItem[]>;
  /** The open near-equal items that this reviewer might decide. */
  near(claim: Claim): Promise<readonly AlikeItem[]>;
  note(claim: Claim, words: string): Promise<void>;
}

const items = (claim: Claim): string => `review/items/${part(claim.itemId)}`;

/** The server says when a claim ends by its own clock, and what its clock shows. */
function left(until: string, answer: Response): number {
  const serverNow = Date.parse(answer.headers.get("Date") ?? "");
  const now = Number.isNaN(serverNow) || Math.abs(serverNow - Date.now()) < 2000 ? Date.now() : serverNow;
  return Date.parse(until) - now;
}

export const desk: Desk = {
  async claim() {
    const { tenant } = visitor;
    const answer = await send("review/claims", { method: "POST", query: { ...visitor.of(tenant), queue: own.get("queue") }, body: {} });
    const why = answer.headers.get("Bulwark-Withheld");
    const wait = Number(answer.headers.get("Retry-After") ?? "0");
    withheld = why === null ? null : { why, until: wait > 0 ? Date.now() + 1000 * wait : null, at: Date.now() };
    if (answer.status === 204) {
      return null;
    }
    const claim = { ...(await answer.json()) as Omit<Claim, "tenant">, tenant };
    return { claim, millis: left(claim.leaseUntil, answer) };
  },
  async renew(claim) {
    const answer = await send(`${items(claim)}/renewal`, { method: "POST", query: visitor.of(claim.tenant), body: { leaseId: claim.leaseId } });
    return left(((await answer.json()) as { leaseUntil: string }).leaseUntil, answer);
  },
  seen: (claim) => tell(`${items(claim)}/view`, "POST", { query: visitor.of(claim.tenant), body: { leaseId: claim.leaseId } }),
  decide: (claim, answer) => ask(`${items(claim)}/decision`, {
    method: "POST", query: visitor.of(claim.tenant), body: { ...answer, leaseId: claim.leaseId, contentSha256: claim.contentSha256 },
  }),
  undo: (claim, decisionId) => ask(`${items(claim)}/decisions/${part(decisionId)}/undo`, { method: "POST", query: visitor.of(claim.tenant), body: {} }),
  release: (claim, whileLeaving = false) => tell(`${items(claim)}/release`, "POST", {
    query: visitor.of(claim.tenant), body: { leaseId: claim.leaseId }, keepalive: whileLeaving,
  }),
  skip: (claim, reason) => tell(`${items(claim)}/skip`, "POST", { query: visitor.of(claim.tenant), body: { leaseId: claim.leaseId, reason } }),
  escalate: (claim, reason) => tell(`${items(claim)}/escalation`, "POST", { query: visitor.of(claim.tenant), body: { leaseId: claim.leaseId, reason } }),
  alike: (claim) => ask(`${items(claim)}/alike`, { query: visitor.of(claim.tenant) }),
  near: (claim) => ask(`${items(claim)}/near`, { query: visitor.of(claim.tenant) }),
  notes: (claim) => ask(`${items(claim)}/notes`, { query: visitor.of(claim.tenant) }),
  note: (claim, words) => tell(`${items(claim)}/notes`, "POST", { query: visitor.of(claim.tenant), body: { words } }),
};

/** Whether two answers say the same. */
export function isSame(one: Answer, other: Answer): boolean {
  const text = ({ decision, labels, reason, bankLabel, alike, near }: Answer): string => JSON.stringify([decision, labels, reason, bankLabel, alike, near]);
  return text(one) === text(other);
}
