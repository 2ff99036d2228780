// Decisions as they come into force, made by workers and by people: the feed of decisions, for as long as the list is shown.

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Decision } from "../api/documents.js";
import { visitor } from "../api/visitor.js";
import { badge, empty, imageLink, loading, time, uploaderLink } from "./marks.js";
import { words } from "../words.js";

const MOST = 200;
const RETRY_MILLIS = 3000;
const NOTHING_YET = empty("Nothing came into force yet", "A decision appears here when it holds, whether a worker or a person made it.");

class InForceList extends LitElement {
  #decision = "";
  #rows: readonly { readonly number: number; readonly decision: Decision }[] = [];
  #number = 0;
  #gap = false;
  #connection: "connecting" | "live" | "lost" = "connecting";
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Only decisions of this name; empty for all. */
  set decision(name: string) {
    if (name !== this.#decision) {
      this.#decision = name;
      this.#rows = [];
      this.#gap = false;
      if (this.isConnected) {
        this.#connect();
      }
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  #leave(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  #connect(): void {
    this.#leave();
    const source = new EventSource(`api/v1/feed?of=decisions${this.#decision === "" ? "" : `&decision=${encodeURIComponent(this.#decision)}`}`);
    this.#source = source;
    this.#connection = "connecting";
    source.addEventListener("open", () => this.#be("live"));
    source.addEventListener("decision", (event) => {
      const decision = JSON.parse((event as MessageEvent<string>).data) as Decision;
      if (decision.tenant !== visitor.tenant) {
        return;
      }
      this.#rows = [{ number: this.#number++, decision }, ...this.#rows.slice(0, MOST - 1)];
      this.requestUpdate();
    });
    source.addEventListener("gap", () => {
      this.#gap = true;
      this.requestUpdate();
    });
    source.addEventListener("error", () => {
      if (source !== this.#source) {
        return;
      }
      if (source.readyState === EventSource.CLOSED) { // the server said no, or it starts up
        this.#rows = [];
        this.#gap = false;
        this.#retry = setTimeout(() => this.#connect(), RETRY_MILLIS);
      }
      this.#be("lost");
    });
    this.requestUpdate();
  }

  #be(connection: "live" | "lost"): void {
    this.#connection = connection;
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const state = this.#connection === "lost" ? html`<p class="notice" role="status">The feed of decisions does not answer; it is asked again.</p>` : nothing;
    return this.#rows.length === 0 ? html`${state}${this.#connection === "live" ? NOTHING_YET : this.#connection === "connecting" ? loading("the feed of decisions") : nothing}` : html`${state}
      ${this.#gap ? html`<p class="notice" role="status">The connection was away for long: some decisions are not shown here.</p>` : nothing}
      <div class="card wide" tabindex="0" role="region" aria-label="Decisions in force, newest first"><table class="cases"><thead><tr><th scope="col">Decision</th><th scope="col">Image</th>
        <th scope="col">Labels</th><th scope="col" class="number">Score</th><th scope="col">Uploader</th><th scope="col">Decided by</th><th scope="col">Since</th></tr></thead>
      <tbody>${repeat(this.#rows, ({ number }) => number, ({ decision: each }) => html`<tr><td>${badge(each.decision)}</td>
        <td>${imageLink(each.imageId, each.tenant)}${each.reason ? html`<span class="cut small">${words(each.reason)}</span>` : nothing}</td>
        <td>${each.labels.map((label) => html`<span class="tag">${label}</span> `)}</td><td class="number">${each.score.toFixed(2)}</td>
        <td>${uploaderLink(each.uploaderId, each.tenant)}</td>
        <td>${each.decidedBy.kind === "REVIEWER" ? each.decidedBy.id : html`<span class="small">${each.decidedBy.id}</span>`}</td><td>${time(each.since)}</td></tr>`)}</tbody></table></div>`;
  }
}

customElements.define("in-force-list", InForceList);

export function inForce(decision: string): TemplateResult {
  return html`<in-force-list .decision=${decision}></in-force-list>`;
}
