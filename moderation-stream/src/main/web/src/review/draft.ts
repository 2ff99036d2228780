// What the reviewer has chosen for the item in hand, before they decide. It is that item's alone.

import type { Answer } from "./desk.js";
import type { AlikeItem, Words } from "../api/documents.js";
import { listed, suggested } from "./labels.js";
import type { Item } from "./claims.js";

/** The server's. */
const MOST_OTHERS = 50;

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
  /** The labels that hold; null where they are not known. */
  words: Words | null = null;
  #labels: readonly string[] | null = null;

  /** Takes note of which item is in hand, and says whether it is another one: then nothing is chosen. */
  follow(item: Item | null): boolean {
    if (item === this.item) {
      return false;
    }
    this.item = item;
    this.reason = "";
    this.bank = false;
    this.alike = [];
    this.near.clear();
    this.#labels = null;
    return true;
  }

  /** The labels that are on: at first those of the machine. */
  get labels(): readonly string[] {
    return this.#labels ?? (this.item === null ? [] : listed(suggested(this.item.claim, this.item.verdict), this.words));
  }

  /** How many items a decision is about now. */
  get items(): number {
    return 1 + this.alike.length + this.near.size;
  }

  /** How many others a decision may be about besides. */
  get room(): number {
    return MOST_OTHERS + 1 - this.items;
  }

  /** A label on or off. */
  toggle(label: string): void {
    const { labels } = this;
    this.#labels = labels.includes(label) ? labels.filter((other) => other !== label) : [...labels, label];
  }

  /** The answer as it stands; null where it lacks a label. */
  answer(decisionId: string, decision: "SAFE" | "NSFW"): Answer | null {
    const labels = decision === "NSFW" ? this.labels : [];
    if (decision === "NSFW" && labels.length === 0) {
      return null;
    }
    return { decisionId, decision, labels, reason: this.reason.trim() || undefined, bankLabel: this.bank ? labels[0] ?? "safe" : undefined, alike: this.alike.length === 0 ? undefined : this.alike.map(({ itemId }) => itemId),
      near: this.near.size === 0 ? undefined : [...this.near].sort() };
  }
}
