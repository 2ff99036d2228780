// One sitting of a reviewer: the item in their hands, the next one fetched ahead, and the decision that they can undo.
// It knows nothing of the page; "change" says that something is another now.

import type { Claim, Note, Verdict } from "../api/documents.js";
import { asProblem } from "../api/http.js";
import type { Picture } from "../api/picture.js";
import type { Answer, Desk } from "./desk.js";

/** An item in somebody's hands, with what was fetched for it. */
export interface Item {
  claim: Claim;
  /** When the claim ends, by this machine's clock. */
  until: number;
  /** How long a claim holds, in milliseconds. */
  length: number;
  picture: Picture | null;
  verdict: Verdict | null;
  notes: readonly Note[];
  /** Once the picture was displayed: that the application was told. */
  seen: Promise<void> | null;
}

/** What was decided last. */
export interface Made {
  readonly item: Item;
  readonly answer: Answer;
  readonly proposed: boolean;
}

/** What the session fetches for an item. Neither fails: what is not there is null, or says why. */
export interface Fetcher {
  picture(claim: Claim): Promise<Picture>;
  verdict(claim: Claim): Promise<Verdict | null>;
  drop(picture: Picture | null): void;
}

export type Phase = "resting" | "fetching" | "deciding" | "empty" | "stuck";

const IDLE_MILLIS = 5 * 60_000;

export class Session extends EventTarget {
  phase: Phase = "resting";
  current: Item | null = null;
  next: Item | null = null;
  last: Made | null = null;
  made = 0;
  /** What went wrong last, for the reviewer; empty where nothing did. */
  message = "";
  #ahead: Promise<void> | null = null;
  #active = 0;

  constructor(readonly desk: Desk, readonly fetcher: Fetcher, readonly now: () => number = Date.now) {
    super();
  }

  /** The reviewer is there: claims are renewed for so long. */
  touch(): void {
    this.#active = this.now();
  }

  /** Takes the next item into the reviewer's hands, at once where it was fetched ahead. */
  async start(): Promise<void> {
    if (this.current === null && this.phase !== "fetching") {
      this.touch();
      await this.#advance();
    }
  }

  async decide(answer: Answer): Promise<void> {
    await this.#withCurrent(async (item) => {
      const outcome = await this.desk.decide(item.claim, answer);
      this.fetcher.drop(this.last?.item.picture ?? null);
      this.last = { item, answer, proposed: outcome.state === "PROPOSED" };
      this.made += 1;
      this.current = null;
    });
  }

  async skip(reason: string): Promise<void> {
    await this.#withCurrent(async (item) => {
      await this.desk.skip(item.claim, reason);
      this.#forget(item);
    });
  }

  async escalate(reason: string): Promise<void> {
    await this.#withCurrent(async (item) => {
      await this.desk.escalate(item.claim, reason);
      this.#forget(item);
    });
  }

  /** Gives everything back and rests. */
  async rest(whileLeaving = false): Promise<void> {
    const held = [this.current, this.next].filter((item) => item !== null);
    this.current = null;
    this.next = null;
    this.#be("resting");
    await Promise.all(held.map((item) => this.#giveBack(item, whileLeaving)));
  }

  /** Takes the last decision back. Its item is looked at again, and the one in the reviewer's hands waits. */
  async undo(): Promise<void> {
    const last = this.last;
    if (last === null || this.phase === "deciding" || this.phase === "fetching") {
      return;
    }
    this.touch();
    const before = this.phase;
    this.#be("deciding");
    try {
      const { leaseId } = await this.desk.undo(last.item.claim, last.answer.decisionId);
      const item = { ...last.item, claim: { ...last.item.claim, leaseId: leaseId ?? "" }, seen: null };
      item.until = this.now() + await this.desk.renew(item.claim);
      await this.#ahead;
      const surplus = this.current === null ? null : this.next;
      this.next = this.current ?? this.next;
      this.current = item;
      this.last = null;
      this.made -= 1;
      this.message = "";
      if (surplus !== null) {
        await this.#giveBack(surplus);
      }
    } catch (thrown) {
      this.message = asProblem(thrown).message;
    }
    this.#be(this.current === null ? before : "resting");
  }

  async note(words: string): Promise<void> {
    const item = this.current;
    if (item === null) {
      return;
    }
    this.touch();
    try {
      await this.desk.note(item.claim, words);
      item.notes = await this.desk.notes(item.claim);
      this.message = "";
    } catch (thrown) {
      this.message = asProblem(thrown).message;
    }
    this.#change();
  }

  /** The picture of the item was displayed. */
  async displayed(item: Item): Promise<void> {
    if (item.seen === null && item === this.current && this.phase !== "deciding") {
      item.seen = this.desk.seen(item.claim).catch(() => undefined); // the claim ran out; the next tick says so
    }
    await item.seen;
  }

  /** Every second: renews what has run to its half while the reviewer is there, and lets go of what ran out. */
  async tick(): Promise<void> {
    const now = this.now();
    const there = now - this.#active < IDLE_MILLIS;
    for (const item of [this.current, this.next].filter((each) => each !== null)) {
      if (item.until <= now) {
        this.#lose(item, "Your claim ran out, so the item went back to the queue.");
      } else if (there && item.until - now < item.length / 2) {
        item.until = now + item.length; // not again before this answer
        try {
          item.until = this.now() + await this.desk.renew(item.claim);
        } catch (thrown) {
          const problem = asProblem(thrown);
          if (problem.kind === "offline") {
            item.until = now + item.length / 2;
          } else {
            this.#lose(item, problem.message);
          }
        }
      }
    }
    this.#change();
  }

  async #withCurrent(what: (item: Item) => Promise<void>): Promise<void> {
    const item = this.current;
    if (item === null || this.phase === "deciding") {
      return;
    }
    this.touch();
    this.message = "";
    this.#be("deciding");
    await item.seen; // the log has the view before the decision
    try {
      await what(item);
    } catch (thrown) {
      const problem = asProblem(thrown);
      this.message = problem.message;
      if (["lease-lost", "already-decided", "content-changed"].includes(problem.kind)) {
        this.#forget(item);
      } else {
        this.#be("resting");
        return;
      }
    }
    await this.#advance();
  }

  async #advance(): Promise<void> {
    this.current = null;
    await this.#ahead;
    this.current = this.next;
    this.next = null;
    if (this.current === null) {
      this.#be("fetching");
      try {
        this.current = await this.#claim();
      } catch (thrown) {
        this.message = asProblem(thrown).message;
        this.#be("stuck");
        return;
      }
    }
    this.#be(this.current === null ? "empty" : "resting");
    this.#fetchAhead();
  }

  /** Claims the item after the current one, so that it is there at once. */
  #fetchAhead(): void {
    if (this.current !== null && this.next === null && this.#ahead === null) {
      this.#ahead = this.#claim()
        .then(async (item) => {
          if (item !== null && this.current === null && this.phase === "resting") {
            await this.#giveBack(item); // the reviewer has left in between
          } else {
            this.next = item;
          }
        })
        .catch(() => undefined) // it is claimed when it is needed
        .finally(() => {
          this.#ahead = null;
          this.#change();
        });
    }
  }

  async #claim(): Promise<Item | null> {
    const held = await this.desk.claim();
    if (held === null) {
      return null;
    }
    const { claim, millis } = held;
    const item: Item = { claim, until: this.now() + millis, length: millis, picture: null, verdict: null, notes: [], seen: null };
    void this.fetcher.picture(claim).then((picture) => {
      item.picture = picture;
      this.#change();
    });
    void this.fetcher.verdict(claim).then((verdict) => {
      item.verdict = verdict;
      this.#change();
    });
    void this.desk.notes(claim).catch(() => []).then((notes) => {
      item.notes = notes;
      this.#change();
    });
    return item;
  }

  #lose(item: Item, why: string): void {
    this.#forget(item);
    if (this.current === item) {
      this.current = null;
      this.message = why;
      this.#be("resting");
    } else if (this.next === item) {
      this.next = null;
    }
  }

  async #giveBack(item: Item, whileLeaving = false): Promise<void> {
    this.#forget(item);
    await this.desk.release(item.claim, whileLeaving).catch(() => undefined); // its lease ends by itself
  }

  #forget(item: Item): void {
    this.fetcher.drop(item.picture);
  }

  #be(phase: Phase): void {
    this.phase = phase;
    this.#change();
  }

  #change(): void {
    this.dispatchEvent(new Event("change"));
  }
}
