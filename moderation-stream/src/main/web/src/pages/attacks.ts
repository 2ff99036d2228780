// Who attacks, how often, and how we hold: audits over time, campaigns, robust accuracy. With an id it is about one campaign.

import { html, nothing, type TemplateResult } from "lit";
import type { AuditSummary, CampaignInFull, CampaignPage } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { askForWords, say } from "../parts/ask.js";
import { accounts, attempts, attemptTable } from "../parts/attempts.js";
import { campaignFacts, campaigns, KINDS, state, STATES } from "../parts/campaigns.js";
import { card, empty, keys, loading, problem, time } from "../parts/marks.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import { robustness } from "../parts/robustness.js";
import { timeline } from "../parts/timeline.js";
import { address, replace } from "../router.js";
import { short, words } from "../words.js";

const HOUR = 3600;
const PERIODS: Record<string, { readonly name: string; readonly seconds: number; readonly bucket: number }> = {
  "24h": { name: "24 hours", seconds: 24 * HOUR, bucket: HOUR },
  "3d": { name: "3 days", seconds: 72 * HOUR, bucket: HOUR },
  "14d": { name: "14 days", seconds: 336 * HOUR, bucket: 6 * HOUR },
  "30d": { name: "30 days", seconds: 720 * HOUR, bucket: 24 * HOUR },
};
const PERIOD = "24h";
const AGAIN_MILLIS = 15_000;
const SETTLES_MILLIS = 800;
const A_PAGE = "50";

type Ruling = "CONFIRM" | "DISMISS";

class AttacksPage extends Page {
  #summary: Loaded<AuditSummary> = LOADING;
  #list: Loaded<CampaignPage> = LOADING;
  #campaign: Loaded<CampaignInFull> = LOADING;

  get #tenant(): string {
    return this.route.query.get("tenant") ?? visitor.tenant;
  }

  get #period(): { readonly name: string; readonly seconds: number; readonly bucket: number } {
    return PERIODS[this.route.query.get("period") ?? PERIOD] ?? PERIODS[PERIOD]!;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.every(AGAIN_MILLIS, () => this.#again());
  }

  protected override arrive(): void {
    this.#campaign = this.#summary = this.#list = LOADING;
    this.#again();
  }

  #again(): void {
    const { signal, route } = this;
    const still = (): boolean => this.route === route;
    const query = visitor.of(this.#tenant);
    if (route.id !== "") {
      void this.load(() => ask<CampaignInFull>(`campaigns/${part(route.id)}`, { query, signal }), (loaded) => still() && (this.#campaign = loaded));
      return;
    }
    const { seconds, bucket } = this.#period;
    const since = new Date(Date.now() - 1000 * seconds).toISOString();
    void this.load(() => ask<AuditSummary>("audits/summary", { query: { ...query, since, bucket: String(bucket) }, signal }), (loaded) => still() && (this.#summary = loaded));
    const filter = { state: route.query.get("state") ?? undefined, kind: route.query.get("kind") ?? undefined, cursor: route.query.get("cursor") ?? undefined };
    void this.load(() => ask<CampaignPage>("campaigns", { query: { ...query, ...filter, limit: A_PAGE }, signal }), (loaded) => still() && (this.#list = loaded));
  }

  /** Keys of one campaign. */
  onKey(event: KeyboardEvent): boolean {
    if (this.route.id === "") {
      return false;
    }
    switch (event.key.toLowerCase()) {
      case "escape":
        location.hash = address("attacks");
        return true;
      case "c":
        return this.#ruled("CONFIRM");
      case "x":
        return this.#ruled("DISMISS");
      default:
        return false;
    }
  }

  override render(): TemplateResult {
    return this.route.id === "" ? this.#all() : this.#one();
  }

  #all(): TemplateResult {
    return html`<h1 class="visually-hidden">Attacks</h1>
      <div class="attacks-top">
        ${panel("Audits by kind", "When were attacks tried, and how?", this.#summary.is === "loading" ? loading("audits") : this.#summary.is === "failed" ? problem(this.#summary.problem)
          : html`${timeline(this.#summary.value)}${this.#summary.value.complete > this.#summary.value.since
            ? html`<p class="small" role="status">There are too many to count all of them: complete since ${time(this.#summary.value.complete)}.</p>` : nothing}`,
          { id: "timeline", aside: this.#choice("period", Object.entries(PERIODS).map(([value, { name }]) => [value, name]), PERIOD, "Period") })}
        ${panel("Robust accuracy", "How many of the decisions that we attack ourselves hold?", this.#summary.is === "loading" ? loading("probes")
          : this.#summary.is === "failed" ? problem(this.#summary.problem) : robustness(this.#summary.value), { id: "robustness" })}
      </div>
      ${panel("Campaigns", "Which attempts belong together, across accounts?", this.#campaigns(), {
        id: "campaigns",
        aside: html`<span class="choices">${this.#choice("state", [["", "Every state"], ...STATES.map((name) => [name, words(name)] as const)], "", "State")}
          ${this.#choice("kind", [["", "Every kind"], ...KINDS.map((name) => [name, words(name)] as const)], "", "Kind")}</span>`,
      })}`;
  }

  /** A choice that stands in the address. */
  #choice(name: "period" | "state" | "kind", choices: readonly (readonly [string, string])[], usual: string, label: string): TemplateResult {
    const chosen = this.route.query.get(name) ?? usual;
    return html`<select id=${name} aria-label=${label} .value=${chosen} @change=${(event: Event) => {
      const { value } = event.target as HTMLSelectElement;
      const query = Object.fromEntries([...this.route.query].filter(([key]) => key !== "cursor"));
      replace(address("attacks", "", { ...query, [name]: value === usual ? undefined : value }));
    }}>${choices.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}</select>`;
  }

  #campaigns(): TemplateResult {
    if (this.#list.is !== "there") {
      return this.#list.is === "loading" ? loading("campaigns") : problem(this.#list.problem);
    }
    const { campaigns: all, next } = this.#list.value;
    const { query } = this.route;
    if (all.length === 0) {
      return query.has("state") || query.has("kind") ? empty("Nothing matches", "No campaign is in this state and of this kind.")
        : empty("No campaign", "One opens when several attempts lie near the same flagged content, or look alike and move together.");
    }
    const same = Object.fromEntries(query);
    return html`${campaigns(all)}${next === null && !query.has("cursor") ? nothing : html`<p class="pager">
      ${query.has("cursor") ? html`<a class="button" href=${address("attacks", "", { ...same, cursor: undefined })}>First page</a>` : nothing}
      ${next === null ? nothing : html`<a class="button" href=${address("attacks", "", { ...same, cursor: next })}>Next page</a>`}</p>`}`;
  }

  #one(): TemplateResult {
    const { id } = this.route;
    const back = html`<a href=${address("attacks")}>Attacks</a>`;
    if (this.#campaign.is !== "there") {
      return html`<div class="page-head"><p class="small">${back} / Campaign</p><h1 class="mono break">${id}</h1></div>
        ${this.#campaign.is === "loading" ? loading("the campaign") : problem(this.#campaign.problem)}`;
    }
    const { value } = this.#campaign;
    return html`<div class="page-head"><p class="small">${back} / Campaign</p><h1 class="break">${words(value.kind)} <span class="mono" title=${value.campaignId}>${short(value.campaignId)}</span></h1>
        ${state(value.state)}</div>
      ${panel("Attempts", "Who tried what, when, and did it come nearer to Safe?", attempts(value), { id: "attempts" })}
      <div class="grid two">
        <div class="column">${panel("Campaign", "What holds these attempts together?", html`${campaignFacts(value)}${this.#ruling(value)}`, { id: "campaign" })}</div>
        <div class="column">${panel("Accounts", "Which accounts take part, and how far did each get?", accounts(value), { id: "accounts" })}</div>
      </div>
      ${panel("One by one", "What became of each attempt?", attemptTable(value), { id: "one-by-one" })}`;
  }

  #ruling({ state: so }: CampaignInFull): TemplateResult {
    if (!visitor.may("senior")) {
      return html`<p class="small">Seniors confirm or dismiss campaigns.</p>`;
    }
    return html`<div class="buttons ruling">
        <button type="button" id="confirm" ?disabled=${so === "CONFIRMED"} @click=${() => this.#ruled("CONFIRM")}>Confirm ${keys("C")}</button>
        <button type="button" id="dismiss" ?disabled=${so === "DISMISSED"} @click=${() => this.#ruled("DISMISS")}>Dismiss ${keys("X")}</button></div>
      <p class="small">Confirming makes the listed pictures NSFW, unless people decided about them; what lies near is held back from then on.</p>`;
  }

  #ruled(ruling: Ruling): boolean {
    const { route } = this;
    if (!visitor.may("senior") || this.#campaign.is !== "there" || this.#campaign.value.state === (ruling === "CONFIRM" ? "CONFIRMED" : "DISMISSED")) {
      return false;
    }
    void this.#rule(route.id, ruling, this.#campaign.value.members.map(({ imageId }) => imageId));
    return true;
  }

  async #rule(id: string, ruling: Ruling, seen: readonly string[]): Promise<void> {
    const note = await askForWords(ruling === "CONFIRM" ? "Why is this an attack?" : "Why is this no attack?", ruling === "CONFIRM" ? "Confirm" : "Dismiss");
    if (note === null) {
      return;
    }
    try {
      await tell(`campaigns/${part(id)}/ruling`, "POST", { query: visitor.of(this.#tenant), body: { ruling, note, seen } });
      say("The ruling was taken.");
      window.setTimeout(() => !this.signal.aborted && this.#again(), SETTLES_MILLIS);
    } catch (thrown) {
      say(asProblem(thrown).message);
    }
  }
}

/** A card that says first which question it answers. */
function panel(title: string, question: string, body: unknown, more: { id: string; aside?: unknown }): TemplateResult {
  return card(title, html`<p class="question">${question}</p>${body}`, more);
}

customElements.define("attacks-page", AttacksPage);
