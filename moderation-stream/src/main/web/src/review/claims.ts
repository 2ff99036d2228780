// Items that the reviewer holds: claimed with what is fetched for them, renewed, and given back.

import type { AlikeItem, Claim, Note, Verdict } from "../api/documents.js";
import { asProblem } from "../api/http.js";
import type { Picture } from "../api/picture.js";
import type { Answer, Desk } from "./desk.js";

/** An item that the reviewer holds, with what was fetched for it. */
export interface Item {
  claim: Claim;
  /** When the claim ends, by this machine's clock. */
  until: number;
  /** How long a claim holds, in milliseconds. */
  length: number;
  picture: Picture | null;
  /** The worker's, where it is about the picture that was claimed. */
  verdict: Verdict | null;
  notes: readonly Note[];
  /** Open items of the same file. */
  alike: readonly AlikeItem[];
  /** Open items whose pictures look nearly the same. */
  near: readonly AlikeItem[];
  /** Since when it is the current one, and its picture displayed if it was. */
  since: number;
  /** Once the picture was displayed: that the application was told. */
  seen: Promise<void> | null;
  /** The decision that was sent and that nothing came back of: it may hold or not. */
  unanswered: Answer | null;
  /** It is no longer shown: a picture that arrives now is freed. */
  forgotten: boolean;
}

/** What was decided last. */
export interface Made {
  readonly item: Item;
  readonly answer: Answer;
  readonly proposed: boolean;
  /** How many other items were decided alike. */
  readonly alike: number;
}

/** What is fetched for an item. Neither fails: what is not there is null, or says why. */
export interface Fetcher {
  picture(claim: Claim): Promise<Picture>;
  verdict(claim: Claim): Promise<Verdict | null>;
  drop(picture: Picture | null): void;
}

/** Takes items and lets go of them; what becomes of them in between is the session's. */
export class Claims {
  readonly #desk: Desk;
  readonly #fetcher: Fetcher;
  readonly #now: () => number;
  readonly #changed: () => void;

  /** changed is called when something of an item has arrived. */
  constructor(desk: Desk, fetcher: Fetcher, now: () => number, changed: () => void) {
    this.#desk = desk;
    this.#fetcher = fetcher;
    this.#now = now;
    this.#changed = changed;
  }

  /** Claims an item. Null if nothing waits, or if the item is no longer wanted and was given back. */
  async take(wanted: () => boolean): Promise<Item | null> {
    const held = await this.#desk.claim();
    if (held === null) {
      return null;
    }
    const { claim, millis } = held;
    const item: Item = {
      claim, until: this.#now() + millis, length: millis, picture: null, verdict: null, notes: [], alike: [], near: [], since: 0, seen: null, unanswered: null, forgotten: false,
    };
    if (!wanted()) {
      await this.giveBack(item);
      return null;
    }
    void this.#fetcher.picture(claim).then((picture) => {
      if (item.forgotten) {
        this.#fetcher.drop(picture);
      } else {
        item.picture = picture;
        this.#changed();
      }
    });
    void this.#fetcher.verdict(claim).then((verdict) => {
      item.verdict = verdict?.contentSha256 === claim.contentSha256 ? verdict : null;
      this.#changed();
    });
    void this.#desk.alike(claim).catch(() => []).then((alike) => {
      item.alike = alike;
      this.#changed();
    });
    void this.#desk.near(claim).catch(() => []).then((near) => {
      item.near = near;
      this.#changed();
    });
    void this.#desk.notes(claim).catch(() => []).then((notes) => {
      item.notes = notes;
      this.#changed();
    });
    return item;
  }

  /** Renews a claim. Returns why it is lost; null if it holds, or if there was no answer and it is tried again later. */
  async renew(item: Item): Promise<string | null> {
    item.until = this.#now() + item.length; // not again before this answer
    try {
      item.until = this.#now() + await this.#desk.renew(item.claim);
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.kind !== "offline") {
        return problem.message;
      }
      item.until = this.#now() + item.length / 2;
    }
    return null;
  }

  /** Gives an item back; where that is not heard, its claim ends by itself. */
  async giveBack(item: Item, whileLeaving = false): Promise<void> {
    this.forget(item);
    await this.#desk.release(item.claim, whileLeaving).catch(() => undefined);
  }

  /** Frees the picture of an item that is no longer shown. */
  forget(item: Item): void {
    item.forgotten = true;
    this.#fetcher.drop(item.picture);
    item.picture = null;
  }
}
