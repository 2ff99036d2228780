// What the reviewer has chosen for the item in hand, before they decide. It is that item's alone.

import type { Answer } from "./desk.js";
import type { AlikeItem, Label, Words } from "../api/documents.js";
import { choices, listed, suggested } from "./labels.js";
import type { Item } from "./claims.js";
import { LOOK_MILLIS } from "./session.js";

/** The server's. */
const MOST_OTHERS = 50;

/** What is displayed, and what the reviewer saw of it: within LOOK_MILLIS of a change, what it was before. */
class Sight<T> {
  #value: T;
  #before: T;
  #since = -Infinity;

  constructor(value: T, readonly now: () => number) {
    this.#value = this.#before = value;
  }

  get value(): T {
    return this.#value;
  }

  get seen(): T {
    return this.now() - this.#since < LOOK_MILLIS ? this.#before : this.#value;
  }

  /** The value that is displayed from now on. */
  show(value: T): void {
    if (JSON.stringify(value) !== JSON.stringify(this.#value)) {
      this.#before = this.seen;
      this.#value = value;
      this.#since = this.now();
    }
  }
}

export class Draft {
  item: Item | null = null;
  /** Why they decide so. It stays until the item goes. */
  reason = "";
  /** Whether the picture is also proposed for the bank. */
  bank = false;
  /** The open items of the same file that are decided so too, as they are listed on the page. */
  alike: readonly AlikeItem[] = [];
  /** The near-equal items that are decided so too; each was displayed. */
  readonly near = new Set<string>();
  /** Of those the ones that were displayed and not chosen by the reviewer, and when. */
  readonly #displayed = new Map<string, number>();
  #words: Words | null = null;
  #wordsOf = "";
  /** What the reviewer chose; null where they have touched no label. */
  #labels: readonly string[] | null = null;
  #suggested: Sight<readonly string[]>;
  readonly #choices: Sight<readonly Label[]>;
  /** When the item came. */
  #since = -Infinity;

  constructor(readonly now: () => number = Date.now) {
    this.#suggested = new Sight<readonly string[]>([], now);
    this.#choices = new Sight<readonly Label[]>(choices(null), now);
  }

  /** The labels that hold for the item; null where they are not known. */
  get words(): Words | null {
    return this.item === null || this.item.claim.tenant === this.#wordsOf ? this.#words : null;
  }

  /** Takes note of the labels of a tenant. */
  know(words: Words, tenant: string): void {
    this.#words = words;
    this.#wordsOf = tenant;
    this.#look();
  }

  /** Takes note of which item is in hand and what is known of it, and says whether it is another one: then nothing is chosen. */
  follow(item: Item | null): boolean {
    if (item === this.item) {
      this.#look();
      return false;
    }
    this.item = item;
    this.reason = "";
    this.bank = false;
    this.alike = [];
    this.near.clear();
    this.#displayed.clear();
    this.#labels = null;
    this.#since = this.now();
    this.#suggested = new Sight(this.#suggestion(), this.now);
    this.#look();
    return true;
  }

  /** What the machine suggests, and the choices, are displayed as they are now. */
  #look(): void {
    this.#suggested.show(this.#suggestion());
    this.#choices.show(choices(this.words));
  }

  #suggestion(): readonly string[] {
    return this.item === null ? [] : listed(suggested(this.item.claim, this.item.verdict), this.words);
  }

  /** The labels that can be chosen. */
  get choices(): readonly Label[] {
    return this.#choices.value;
  }

  /** The label of a key, as the reviewer saw it when they pressed it; none where that cannot be chosen any more. */
  labelOf(key: string): string | undefined {
    const of = (labels: readonly Label[]): string | undefined => labels.find((label) => label.key === key)?.name;
    const name = of(this.#choices.seen) ?? of(this.choices);
    return this.choices.find((label) => label.name === name)?.name;
  }

  /** The labels that are on: at first those of the machine. */
  get labels(): readonly string[] {
    return this.#labels ?? this.#suggested.value;
  }

  /** Those of which the reviewer knows: what the machine added a moment ago is not among them. */
  get #known(): readonly string[] {
    return this.#labels ?? this.#suggested.seen;
  }

  /** Whether the item came a moment ago: what is pressed was meant for the one before. */
  get isNew(): boolean {
    return this.now() - this.#since < LOOK_MILLIS;
  }

  /** How many items a decision is about now. */
  get items(): number {
    return 1 + this.alike.length + this.near.size;
  }

  /** How many others a decision may be about besides. */
  get room(): number {
    return MOST_OTHERS + 1 - this.items;
  }

  /** A near-equal picture was displayed, so it is decided too, unless there are too many. */
  displayed(itemId: string): void {
    if (this.room > 0) {
      this.near.add(itemId);
      this.#displayed.set(itemId, this.now());
    }
  }

  /** A near-equal item in or out, as the reviewer chose. */
  choose(itemId: string): void {
    this.#displayed.delete(itemId);
    if (!this.near.delete(itemId) && this.room > 0) {
      this.near.add(itemId);
    }
  }

  /** A label on or off, against what the reviewer saw. */
  toggle(label: string): void {
    if (this.isNew) {
      return;
    }
    const labels = this.#known;
    this.#labels = labels.includes(label) ? labels.filter((other) => other !== label) : [...labels, label];
  }

  /** The answer as the reviewer saw it; null where it lacks a label. */
  answer(decisionId: string, decision: "SAFE" | "NSFW"): Answer | null {
    const labels = decision === "NSFW" ? this.#known : [];
    const near = [...this.near].filter((itemId) => this.now() - (this.#displayed.get(itemId) ?? -Infinity) >= LOOK_MILLIS).sort();
    if (decision === "NSFW" && labels.length === 0) {
      return null;
    }
    return { decisionId, decision, labels, reason: this.reason.trim() || undefined, bankLabel: this.bank ? labels[0] ?? "safe" : undefined, alike: this.alike.length === 0 ? undefined : this.alike.map(({ itemId }) => itemId),
      near: near.length === 0 ? undefined : near };
  }
}
