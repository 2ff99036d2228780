// Pictures that look nearly the same as the one in hand. They are shown when the reviewer asks for them, and the decision is
// about the ones that were displayed and left in.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { drop, load, type Picture } from "../api/picture.js";
import { part } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { keys } from "../parts/marks.js";
import { own } from "../settings.js";
import { counted } from "../words.js";
import type { Item } from "./claims.js";
import type { Draft } from "./draft.js";

export class NearPictures {
  #item: Item | null = null;
  readonly #pictures = new Map<string, Picture>();
  readonly #changed: () => void;

  /** changed is called when a picture has arrived. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#item !== null;
  }

  /** Shows the near-equal pictures of an item, or closes them: then none is decided with it. */
  toggle(item: Item, draft: Draft): void {
    const open = this.isOpen;
    this.clear();
    draft.near.clear();
    if (!open && item.near.length > 0) {
      this.#item = item;
      for (const { itemId } of item.near) {
        void load(`review/items/${part(itemId)}/picture`, { ...visitor.of(item.claim.tenant), beside: item.claim.itemId }).then((picture) => {
          if (this.#item === item) {
            this.#pictures.set(itemId, picture);
            this.#changed();
          } else {
            drop(picture);
          }
        });
      }
    }
    this.#changed();
  }

  clear(): void {
    this.#item = null;
    this.#pictures.forEach(drop);
    this.#pictures.clear();
  }

  render(item: Item, draft: Draft, unveiled: boolean): TemplateResult | typeof nothing {
    if (item.near.length === 0) {
      return nothing;
    }
    const switched = html`<button type="button" class="switch" id="near" aria-pressed=${this.isOpen} @click=${() => this.toggle(item, draft)}>
      ${counted(item.near.length, "picture")} ${item.near.length === 1 ? "looks" : "look"} nearly the same ${keys("D")}</button>`;
    if (!this.isOpen) {
      return html`<div class="near">${switched}</div>`;
    }
    return html`<div class="near">${switched} <span class="small" role="status">${draft.near.size === 0 ? "None of them is decided too." : `${draft.near.size} of them ${draft.near.size === 1 ? "is" : "are"} decided too.`}</span>
      <ul class="near-pictures">${item.near.map(({ itemId, imageId }) => this.#one(itemId, imageId, draft, unveiled))}</ul></div>`;
  }

  #one(itemId: string, imageId: string, draft: Draft, unveiled: boolean): TemplateResult {
    const picture = this.#pictures.get(itemId);
    if (picture?.kind !== "shown") {
      return html`<li class="small">${picture === undefined ? "Loading…" : picture.why}</li>`;
    }
    const veil = own.get("blur") && !unveiled;
    return html`<li><label><input type="checkbox" data-near=${itemId} .checked=${live(draft.near.has(itemId))} @change=${() => this.#choose(itemId, draft)}>
      <img src=${picture.url} alt="Near-equal picture, image ${imageId}" class="${veil ? "veiled" : ""} ${own.get("greyscale") ? "grey" : ""}"
        @load=${() => this.#displayed(itemId, draft)}></label></li>`;
  }

  #displayed(itemId: string, draft: Draft): void {
    draft.displayed(itemId);
    this.#changed();
  }

  #choose(itemId: string, draft: Draft): void {
    draft.choose(itemId);
    this.#changed();
  }
}
