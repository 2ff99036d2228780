// Where the decision about a picture comes from: asked for by hand, since it costs seconds and shows the picture.

import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import type { Explanation, Verdict } from "../api/documents.js";
import { ask, asProblem, part } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { live } from "../live/live.js";
import { own } from "../settings.js";
import { apart, MAPS, margin } from "../live/explained.js";
import { card, facts, problem } from "./marks.js";
import type { Loaded } from "./page.js";

/** Kinds of problems that another try may mend. */
const PASSING = ["busy", "no-explain-server", "no-preview", "location-silent", "offline", "not-ready"];

/** Maps as they are shown; they live in memory only. */
interface Shown {
  readonly explanation: Explanation;
  readonly urls: ReadonlyMap<string, string>;
}

class ImageExplanation extends LitElement {
  static override properties: PropertyDeclarations = { imageId: {}, tenant: {}, verdict: { attribute: false }, byPerson: { attribute: false } };

  declare imageId: string;
  declare tenant: string;
  declare verdict: Verdict | null;
  /** Whether a person made the decision that holds. */
  declare byPerson: boolean;
  #state: Loaded<Shown> | null = null;
  #unveiled = false;
  #asking = new AbortController();
  readonly #redraw = (): void => this.requestUpdate();

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    own.addEventListener("change", this.#redraw);
    live.addEventListener("change", this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    own.removeEventListener("change", this.#redraw);
    live.removeEventListener("change", this.#redraw);
    this.#forget();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if ((changed.has("imageId") && changed.get("imageId") !== undefined) || (changed.has("tenant") && changed.get("tenant") !== undefined)) {
      this.#forget();
    }
  }

  #forget(): void {
    this.#asking.abort();
    if (this.#state?.is === "there") {
      this.#state.value.urls.forEach((url) => URL.revokeObjectURL(url));
    }
    this.#state = null;
    this.#unveiled = false;
  }

  async #ask(): Promise<void> {
    this.#forget();
    const asking = (this.#asking = new AbortController());
    this.#state = { is: "loading" };
    this.requestUpdate();
    let found: Loaded<Shown>;
    try {
      const explanation = await ask<Explanation>(`images/${part(this.imageId)}/picture/explanation`, { query: visitor.of(this.tenant), signal: asking.signal });
      found = { is: "there", value: { explanation, urls: new Map(MAPS.map(({ name }) => [name, urlOf(explanation[name])])) } };
    } catch (thrown) {
      found = { is: "failed", problem: asProblem(thrown) };
    }
    if (asking.signal.aborted) {
      return;
    }
    this.#state = found;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>("[data-explained]")?.focus();
  }

  override render(): TemplateResult {
    return card("Where it comes from", this.#body(), { id: "explanation" });
  }

  #body(): TemplateResult {
    const state = this.#state;
    if (live.system !== null && live.system.pictures?.explained !== true) {
      return html`<p class="small">Decisions are not explained here: no explain server is set up (<code>bulwark.explain.url</code>).</p>`;
    }
    if (state === null) {
      return html`<div class="under"><button type="button" id="explain" @click=${() => void this.#ask()}>Where does this decision come from?</button></div>
        <p class="small">Two maps of the view that decided are made. ${this.byPerson ? "A person decided; they show what the worker's encoder sees. " : nothing}That takes some seconds, and one picture is done at a time. They show the picture, so that you looked may be written down.</p>`;
    }
    if (state.is === "loading") {
      return html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>Making the maps: some two hundred looks at the picture, which takes some seconds…</p>`;
    }
    if (state.is === "failed") {
      return html`<div tabindex="-1" data-explained="failed" role="status">${problem(state.problem)}</div>
        ${PASSING.includes(state.problem.kind) ? html`<div class="under"><button type="button" id="explain" @click=${() => void this.#ask()}>Try again</button></div>` : nothing}`;
    }
    return this.#shown(state.value);
  }

  #shown({ explanation, urls }: Shown): TemplateResult {
    const veil = own.get("blur") && !this.#unveiled;
    return html`<div tabindex="-1" data-explained="there" role="group" aria-label="Maps of the view that decided"><div class="maps">${MAPS.map(({ name, title, text }) => html`<figure>
        <div class="picture"><img src=${urls.get(name) ?? ""} alt="${title}: ${text}" class=${veil ? "veiled" : ""}></div>
        <figcaption><b>${title}</b> ${text}</figcaption></figure>`)}</div>
      <p class="legend"><span class="swatch more" aria-hidden="true"></span> Red adds to the margin: it pulls towards flagged references. <span class="swatch less" aria-hidden="true"></span> Blue takes off. The
        stronger, the more.</p>
      <div class="under"><button type="button" id="unveil-maps" @click=${() => {
        this.#unveiled = !this.#unveiled;
        this.requestUpdate();
      }}>${this.#unveiled ? "Blur" : "Show clearly"}</button></div>
      ${facts([["Margin", margin(explanation.margin)], ["View", explanation.view], ["Score", apart(explanation, this.verdict)],
        ["Agreement", `${explanation.agreement.toFixed(2)} between the two maps (rank correlation); ${explanation.agreement < 0.3 ? "little, so neither is the reason alone" : "1 would be the same order"}`],
        ["Took", `${explanation.seconds.toFixed(1)} s`]])}
      ${this.#nearest(explanation)}
      <details><summary>What the maps mean, and what they do not</summary>
        <ul><li>They show what the encoder reacts to in this view. They do not show why a person would flag the picture, and they are no proof.</li>
          <li>The gradient says what small changes would do, as a mean over noisy copies. Occlusion deletes nine cells at a time and asks again.</li>
          <li>Both were measured on the copy that is shown to people, a JPEG of at most 1,024 pixels a side, and not on the file. If the file was changed to deceive, the copy may be decided otherwise.</li>
          <li>Bright edges look important in any picture. <code>bulwark explain</code> draws the same map with shuffled weights beside it, to compare.</li></ul></details></div>`;
  }

  #nearest({ nearest }: Explanation): TemplateResult {
    return html`<div class="wide" tabindex="0" role="region" aria-label="Nearest references of the view"><table><thead><tr><th scope="col">Nearest references</th><th scope="col">Label</th>
        <th scope="col" class="number">Similarity</th></tr></thead><tbody>${nearest.map((near) => html`<tr><td class="mono"><span class="cut" title=${near.referenceId}>${near.referenceId}</span></td>
        <td><span class="tag">${near.label}</span>${near.flagged ? html` <span class="small">flagged</span>` : nothing}</td><td class="number">${near.similarity.toFixed(3)}</td></tr>`)}</tbody></table></div>`;
  }
}

/** A PNG in Base64 as something that an image can show. */
function urlOf(base64: string): string {
  return URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: "image/png" }));
}

customElements.define("image-explanation", ImageExplanation);
