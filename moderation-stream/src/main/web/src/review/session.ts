// One sitting of a reviewer: the item in their hands, the next one fetched ahead, and the decision that they can undo.
// It knows nothing of the page; "change" says that something is another now.

import { asProblem } from "../api/http.js";
import { Claims, type Fetcher, type Item, type Made } from "./claims.js";
import { counted } from "../words.js";
import { isSame, type Answer, type Desk } from "./desk.js";

export type Phase = "resting" | "fetching" | "deciding" | "empty" | "stuck";

const IDLE_MILLIS = 5 * 60_000;
/** Too short to judge a picture: a key pressed within it was meant for the item before. */
export const LOOK_MILLIS = 300;
const LEFT_MEANWHILE = "That item left your hands meanwhile, so nothing was done.";

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
  /** Which sitting it is: what was begun in an earlier one puts nothing into anybody's hands. */
  #sitting = 0;
  /** The item that is decided, skipped or escalated right now. */
  #acting: Item | null = null;
  readonly #claims: Claims;

  constructor(readonly desk: Desk, readonly fetcher: Fetcher, readonly now: () => number = Date.now) {
    super();
    this.#claims = new Claims(desk, fetcher, now, () => this.#change());
  }

  /** The reviewer is there: claims are renewed for so long. */
  touch(): void {
    this.#active = this.now();
  }

  /** Takes the next item into the reviewer's hands, at once where it was fetched ahead. */
  async start(): Promise<void> {
    if (this.current === null && this.phase !== "fetching" && this.phase !== "deciding") {
      this.touch();
      await this.#advance();
    }
  }

  /** Whether the reviewer can have judged the item: for a moment it is theirs, and its picture was displayed or is not to be had. */
  isLookedAt(item: Item): boolean {
    return item === this.current && (item.seen !== null || item.picture?.kind === "absent") && this.now() - item.since >= LOOK_MILLIS;
  }

  /** Decides the item, if it is still in hand and was looked at. What was sent before and not answered goes first, and holds if it is taken. */
  async decide(item: Item, answer: Answer): Promise<void> {
    if (!this.isLookedAt(item)) {
      return;
    }
    await this.#act(item, async () => {
      item.unanswered ??= answer;
      const sent = item.unanswered;
      await this.#send(item, sent);
      if (!isSame(sent, answer)) {
        this.message = `Your first answer, ${sent.decision}, had been on its way and holds. U takes it back.`;
      }
    });
  }

  async skip(item: Item, reason: string): Promise<void> {
    await this.#act(item, async () => {
      if (!await this.#settled(item)) {
        await this.desk.skip(item.claim, reason);
        this.#forget(item);
      }
    });
  }

  async escalate(item: Item, reason: string): Promise<void> {
    await this.#act(item, async () => {
      if (!await this.#settled(item)) {
        await this.desk.escalate(item.claim, reason);
        this.#forget(item);
      }
    });
  }

  /** Gives everything back and rests. What is being decided is decided. */
  async rest(whileLeaving = false): Promise<void> {
    this.#sitting += 1;
    const held = [this.current, this.next].filter((item) => item !== null).filter((item) => item !== this.#acting);
    this.current = null;
    this.next = null;
    this.#be("resting");
    await Promise.all(held.map((item) => this.#giveBack(item, whileLeaving)));
  }

  /** Takes the last decision back. Its item is looked at again, and the one in the reviewer's hands waits. */
  async undo(): Promise<void> {
    if (this.phase === "deciding" || this.phase === "fetching") {
      return;
    }
    const sitting = this.#sitting;
    const { current } = this;
    if (current !== null && current.unanswered !== null) { // that is the last decision, if it arrived
      await this.#act(current, async () => {
        await this.#settled(current);
      }, false);
      if (this.last?.item !== current) {
        if (this.current === null && sitting === this.#sitting) {
          await this.#advance();
        }
        return;
      }
    }
    const { last } = this;
    if (last === null || sitting !== this.#sitting) {
      return;
    }
    this.touch();
    const before = this.phase;
    this.#be("deciding");
    try {
      const { item } = last;
      const { leaseId, alike } = await this.desk.undo(item.claim, last.answer.decisionId);
      item.claim = { ...item.claim, leaseId: leaseId ?? "" };
      item.seen = null;
      item.until = this.now() + await this.desk.renew(item.claim).catch(() => item.length);
      await this.#ahead;
      this.last = null;
      this.made -= 1;
      const stay = last.alike - (alike ?? 0);
      this.message = stay > 0 ? `${counted(stay, "other item")} of that decision ${stay === 1 ? "was" : "were"} not taken back: decided again, in another person's hands, or gone.` : "";
      if (sitting !== this.#sitting) {
        await this.#giveBack(item);
        this.#change();
        return;
      }
      const surplus = this.current === null ? null : this.next;
      this.next = this.current ?? this.next;
      this.#hand(item);
      if (surplus !== null) {
        await this.#giveBack(surplus);
      }
    } catch (thrown) {
      this.message = asProblem(thrown).message;
    }
    if (sitting === this.#sitting) {
      this.#be(this.current === null ? before : "resting");
    } else {
      this.#change();
    }
  }

  async note(item: Item, words: string): Promise<void> {
    if (!this.#isInHand(item)) {
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
    if (item.seen === null && item === this.current) {
      item.since = this.now();
      item.seen = this.desk.seen(item.claim).catch(() => undefined); // the claim ran out; the next tick says so
      this.#change();
    }
    await item.seen;
  }

  /** The browser cannot display the item's picture. */
  broken(item: Item): void {
    this.fetcher.drop(item.picture);
    item.picture = { kind: "absent", why: "Your browser cannot display this picture." };
    this.#change();
  }

  /** Every second: renews what has run to its half while the reviewer is there, and lets go of what ran out. */
  async tick(): Promise<void> {
    const now = this.now();
    const there = now - this.#active < IDLE_MILLIS;
    for (const item of [this.current, this.next].filter((each) => each !== null)) {
      if (this.#isBeingDecided(item)) {
        continue; // its answer says what became of the claim
      }
      if (item.until <= now) {
        this.#lose(item, "Your claim ran out, so the item went back to the queue.");
      } else if (there && item.until - now < item.length / 2) {
        const lost = await this.#claims.renew(item);
        if (lost !== null && !this.#isBeingDecided(item)) {
          this.#lose(item, lost);
        }
      }
    }
    this.#change();
  }

  #isBeingDecided(item: Item): boolean {
    return item === this.current && this.phase === "deciding";
  }

  /** Whether something can be done with the item. If it went away, a message says so. */
  #isInHand(item: Item): boolean {
    if (this.phase === "deciding") {
      return false;
    }
    if (item !== this.current) {
      this.message = LEFT_MEANWHILE;
      this.#change();
      return false;
    }
    return true;
  }

  /** Does something with the item in hand and goes on to the next one. */
  async #act(item: Item, what: () => Promise<void>, goesOn = true): Promise<void> {
    if (!this.#isInHand(item)) {
      return;
    }
    const sitting = this.#sitting;
    this.touch();
    this.message = "";
    this.#acting = item;
    this.#be("deciding");
    await item.seen; // the log has the view before the decision
    let done = true;
    try {
      await what();
    } catch (thrown) {
      const problem = asProblem(thrown);
      this.message = problem.message;
      done = ["lease-lost", "already-decided", "content-changed"].includes(problem.kind);
      if (done) {
        this.#forget(item);
      }
    }
    if (this.#acting === item) {
      this.#acting = null;
    }
    if (sitting !== this.#sitting) {
      if (!done) {
        await this.#giveBack(item);
      }
      this.#change();
    } else if (done && goesOn) {
      await this.#advance();
    } else {
      if (done) {
        this.current = null;
      }
      this.#be("resting");
    }
  }

  /** Sends a decision. What is known of it afterwards is that it was taken or refused, unless nothing came back. */
  async #send(item: Item, answer: Answer): Promise<void> {
    try {
      const outcome = await this.desk.decide(item.claim, answer);
      if (this.last !== null) {
        this.#forget(this.last.item);
      }
      this.last = { item, answer, proposed: outcome.state === "PROPOSED", alike: outcome.alike ?? 0 };
      this.made += 1;
      item.unanswered = null;
    } catch (thrown) {
      const { status } = asProblem(thrown);
      if (status >= 400 && status < 500) {
        item.unanswered = null;
      }
      throw thrown;
    }
  }

  /** Whether the decision that was not answered holds; false where there is none. */
  async #settled(item: Item): Promise<boolean> {
    const answer = item.unanswered;
    if (answer === null) {
      return false;
    }
    await this.#send(item, answer);
    this.message = `Your answer, ${answer.decision}, had been on its way and holds. U takes it back.`;
    return true;
  }

  async #advance(): Promise<void> {
    const sitting = this.#sitting;
    this.current = null;
    if (this.next === null) {
      this.#be("fetching");
    } else {
      this.phase = "fetching"; // and told with the item that comes at once
    }
    await this.#ahead;
    if (sitting !== this.#sitting) {
      return;
    }
    let item = this.next;
    this.next = null;
    if (item === null) {
      try {
        item = await this.#claim(sitting);
      } catch (thrown) {
        if (sitting === this.#sitting) {
          this.message = asProblem(thrown).message;
          this.#be("stuck");
        }
        return;
      }
    }
    if (sitting !== this.#sitting) {
      if (item !== null) {
        await this.#giveBack(item);
      }
      return;
    }
    if (item !== null) {
      this.#hand(item);
    }
    this.#be(item === null ? "empty" : "resting");
    this.#fetchAhead();
  }

  #hand(item: Item): void {
    item.since = this.now();
    this.current = item;
  }

  /** Claims the item after the current one, so that it is there at once. */
  #fetchAhead(): void {
    if (this.current !== null && this.next === null && this.#ahead === null) {
      const sitting = this.#sitting;
      this.#ahead = this.#claim(sitting)
        .then(async (item) => {
          if (item !== null && sitting !== this.#sitting) {
            await this.#giveBack(item);
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

  /** Claims an item for a sitting; null also where that has ended meanwhile. */
  #claim(sitting: number): Promise<Item | null> {
    return this.#claims.take(() => sitting === this.#sitting);
  }

  #lose(item: Item, why: string): void {
    if (this.current === item) {
      this.message = item.unanswered === null ? why : "Your claim ended before your answer was confirmed. The page of the image says what holds.";
      this.#forget(item);
      this.current = null;
      this.#be("resting");
    } else if (this.next === item) {
      this.#forget(item);
      this.next = null;
    }
  }

  async #giveBack(item: Item, whileLeaving = false): Promise<void> {
    this.#forgetAnswer(item);
    if (!whileLeaving) {
      await item.seen; // the log has the view before the claim ends
    }
    await this.#claims.giveBack(item, whileLeaving);
  }

  #forget(item: Item): void {
    this.#forgetAnswer(item);
    this.#claims.forget(item);
  }

  /** A decision that nothing came back of may be the last one, so none is known that could be taken back. */
  #forgetAnswer(item: Item): void {
    if (item.unanswered !== null) {
      item.unanswered = null;
      this.#forgetLast();
    }
  }

  #forgetLast(): void {
    const { last } = this;
    this.last = null;
    if (last !== null) {
      this.#forget(last.item);
    }
  }

  #be(phase: Phase): void {
    this.phase = phase;
    this.#change();
  }

  #change(): void {
    this.dispatchEvent(new Event("change"));
  }
}
