// Decisions: as they arrive, or searched for in the casebook. The filter is in the address.

import { html, nothing, type TemplateResult } from "lit";
import type { Audit, Case, CasePage, Decision, Uploader, Verdict } from "../api/documents.js";
import { ask, part, Problem, send } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { live, type Arrival } from "../live/live.js";
import { audit, labels, provenance, score, timings, views, why } from "../parts/evidence.js";
import { counts, list, pageOf, passes, rawAddress } from "../parts/feedlist.js";
import { inForce } from "../parts/inforce.js";
import { alarm, badge, empty, facts, imageLink, keys, loading, problem, time, uploaderLink, type Shown } from "../parts/marks.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import { windows } from "../parts/windows.js";
import { address, replace } from "../router.js";
import { own } from "../settings.js";
import { decisionName, words } from "../words.js";

const FILTERS = [["", "All"], ["SAFE", "Safe"], ["NSFW", "NSFW"], ["REVIEW", "Review"], ["REFUSED", "Refused"], ["AUDITED", "Audited"]] as const;
const FIELDS = ["image", "decision", "reason", "uploader", "label", "reviewer", "from", "until", "leastScore", "mostScore"] as const;
const REASONS = ["UNCERTAIN", "UNFAMILIAR", "LABEL_REVIEW", "PARTLY_SEEN", "TOO_MANY_VIEWS", "PLAIN", "KNOWN", "EMPTY_FILE", "NOT_AN_IMAGE", "UNSUPPORTED_FORMAT", "CORRUPT_IMAGE", "TOO_MANY_PIXELS",
  "TOO_LARGE", "DECODE_TIMEOUT", "CHECKSUM_MISMATCH", "SIZE_MISMATCH", "LOCATION_FORBIDDEN", "LOCATION_NOT_FOUND", "FETCH_FAILED", "FETCH_TIMEOUT", "HASH_REQUIRED",
  "DECODER_FAILED", "ENCODER_FAILED", "POISON", "UPLOADER_LIMITED"];
const PAGE_SIZE = "50";
const WINDOWS = 5;

/** A page of a search: of the casebook, or of the stores where there is no database. */
interface Found {
  readonly rows: readonly Case[];
  readonly next: string | null;
  readonly fromStores: boolean;
}

class DecisionsPage extends Page {
  #search = "";
  #paused: readonly Arrival[] | null = null;
  #pausedAt = 0;
  #chosen: Arrival | null = null;
  #uploader: Loaded<Uploader> = LOADING;
  #auditsFailed = false;
  #found: Loaded<Found> = LOADING;
  #former: string[] = [];

  /** Which of the three lists is shown. */
  get #shown(): "verdicts" | "in-force" | "search" {
    return ({ 1: "verdicts", decisions: "in-force" } as const)[this.route.query.get("live") ?? ""] ?? "search";
  }

  protected override arrive(): void {
    if (this.#shown === "search") {
      void this.#find();
    }
  }

  /** Handles a key of this page. */
  onKey(event: KeyboardEvent): boolean {
    if (event.key === "/") {
      this.querySelector<HTMLInputElement>("#search, #f-image")?.focus();
      return true;
    }
    if (this.#shown !== "verdicts") {
      return false;
    }
    if (event.key === "p") {
      this.#togglePause();
    } else if (event.key === "Escape") {
      this.#escape();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !(event.target as HTMLElement).closest(".details")) {
      this.#step(event.key === "ArrowDown" ? 1 : -1);
    } else {
      return false;
    }
    return true;
  }

  override render(): TemplateResult {
    return html`<div class="tabs" role="group" aria-label="Which decisions">
        <a href=${address("decisions", "", { live: "1" })} aria-current=${this.#shown === "verdicts" ? "page" : nothing}>As they arrive</a>
        <a href=${address("decisions", "", { live: "decisions" })} aria-current=${this.#shown === "in-force" ? "page" : nothing}>In force</a>
        <a href=${address("decisions")} aria-current=${this.#shown === "search" ? "page" : nothing}>Search</a></div>
      ${this.#shown === "verdicts" ? this.#live() : this.#shown === "in-force" ? this.#inForce() : this.#searched()}`;
  }

  /** Decisions as they come into force, made by workers and by people. */
  #inForce(): TemplateResult {
    const wanted = this.route.query.get("decision") ?? "";
    return html`<h1 class="visually-hidden">Decisions as they come into force</h1>
      <div class="tabs" role="group" aria-label="Show decisions">${FILTERS.filter(([name]) => name !== "AUDITED").map(([name, text]) => html`<a
        href=${address("decisions", "", { live: "decisions", decision: name })} aria-current=${name === wanted ? "true" : nothing}>${text}</a>`)}</div>
      ${inForce(wanted)}`;
  }

  // As they arrive.

  #live(): TemplateResult {
    const arrivals = this.#paused ?? live.arrivals;
    const filter = this.route.query.get("decision") ?? "";
    const choice = { filter, search: this.#search };
    const numbers = counts(arrivals);
    const shown = arrivals.some(({ verdict }) => verdict !== null && passes(choice, verdict));
    const waiting = (live.arrivals[0]?.number ?? -1) - this.#pausedAt;
    return html`<h1 class="visually-hidden">Decisions as they arrive</h1>
      <div class="panes"><section class="stream" aria-label="Verdicts as they arrive">
        <div class="toolbar">
          <label class="search"><span class="visually-hidden">Find by image, uploader, tenant or neighbour</span>
            <input id="search" type="search" placeholder="Find image, uploader, label…" autocomplete="off" spellcheck="false" .value=${this.#search}
              @input=${(event: Event) => this.#searchFor((event.target as HTMLInputElement).value)}><kbd aria-hidden="true">/</kbd></label>
          <button id="pause" type="button" aria-pressed=${this.#paused !== null} aria-keyshortcuts="p" @click=${() => this.#togglePause()}>
            ${this.#paused === null ? "Pause" : waiting > 0 ? `Resume, ${waiting} waiting` : "Resume"} <kbd aria-hidden="true">P</kbd></button>
        </div>
        <div class="filters" role="group" aria-label="Show decisions">${FILTERS.map(([name, text]) => html`<button type="button" class="filter"
          data-filter=${name || "ALL"} aria-pressed=${name === filter} @click=${() => replace(address("decisions", "", { live: "1", decision: name }))}><b>${
            numbers[name || "ALL"] ?? 0}</b><span>${text}</span></button>`)}</div>
        ${shown ? html`<div id="list" class="list"><div class="columns" aria-hidden="true"><span>Decision</span><span>Image</span><span>Score</span>
            <span>Nearest</span><span>Uploader</span><span>Decided</span></div>
            ${list(arrivals, choice, this.#chosen?.number ?? null, (arrival) => this.#choose(arrival))}</div>`
          : numbers["ALL"] === 0 ? empty("Waiting for the first verdict", html`Verdicts appear here the moment a worker decides. Send an image with <code>bulwark upload</code>.`)
            : empty("Nothing matches", "No verdict on this page passes the filter and the search.")}
      </section>
      <aside class="details ${this.#chosen === null ? "" : "open"}" aria-label="Evidence">${this.#chosen?.verdict ? this.#details(this.#chosen.verdict)
        : html`<div class="empty"><p class="empty-title">No verdict selected</p><p>Choose a row to see its evidence. ${keys("↑", "↓")} move, ${keys("Enter")} opens, ${keys("Esc")} closes.</p></div>`}</aside></div>`;
  }

  #details(verdict: Verdict): TemplateResult {
    const audits = live.auditsOf(verdict.imageId, verdict.tenant);
    const block = (title: string, body: unknown): TemplateResult => html`<section><h3>${title}</h3>${body}</section>`;
    return html`<div class="details-top"><div>${badge(verdict.decision)}<h2>${verdict.imageId}</h2></div>
        <button type="button" class="close" @click=${() => this.#close()}><span class="visually-hidden">Close details, </span>Esc</button></div>
      ${why(verdict)}
      ${audits.length > 0 || this.#auditsFailed ? block("Attack audit", html`${audits.map(audit)}${this.#auditsFailed ? html`<p class="small">The audits could not be loaded.</p>` : nothing}`) : nothing}
      ${block("Score", score(verdict))}
      ${verdict.labels.length > 0 ? block("Labels", labels(verdict)) : nothing}
      ${verdict.views.length > 0 ? block("Views and nearest neighbours", views(verdict)) : nothing}
      ${Object.keys(verdict.timingsMicros).length > 0 ? block("Time", timings(verdict)) : nothing}
      ${block("Uploader", html`${facts([["Account", uploaderLink(verdict.uploaderId, verdict.tenant)], ["Tenant", verdict.tenant], ...Object.entries(verdict.attributes)])}
        ${windows(this.#uploader, WINDOWS)}`)}
      ${block("Provenance", html`${provenance(verdict)}<p class="raw"><a href=${pageOf(verdict)}>Everything about this image</a> ·
        <a href=${rawAddress(verdict)} target="_blank" rel="noopener">What holds now, as JSON</a></p>`)}`;
  }

  #choose(arrival: Arrival): void {
    this.#chosen = arrival;
    this.#uploader = LOADING;
    this.#auditsFailed = false;
    const { verdict } = arrival;
    if (verdict !== null) {
      const query = visitor.of(verdict.tenant);
      const still = (): boolean => this.#chosen === arrival;
      // A verdict may be shown before the statistics count it: what is not there yet is asked for again.
      void this.load(async () => {
        if (!still()) {
          throw new Problem("gone", 0, "");
        }
        return ask<Uploader>(`uploaders/${part(verdict.uploaderId)}`, { query, signal: this.signal });
      }, (loaded) => still() && (this.#uploader = loaded), ["no-uploader"]);
      ask<Audit[]>(`audits/${part(verdict.imageId)}`, { query, signal: this.signal })
        .then((found) => found.forEach((each) => live.learn(each)))
        .catch(() => {
          this.#auditsFailed = still();
          this.requestUpdate();
        });
    }
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector(".details")?.scrollTo(0, 0));
  }

  #close(): void {
    const row = this.querySelector<HTMLElement>('.row[aria-current="true"]');
    this.#chosen = null;
    this.requestUpdate();
    row?.focus();
  }

  #escape(): void {
    if (this.#search === "") {
      this.#close();
    } else {
      this.#searchFor("");
    }
  }

  #searchFor(text: string): void {
    this.#search = text;
    this.requestUpdate();
  }

  #step(direction: number): void {
    const rows = [...this.querySelectorAll<HTMLElement>("#verdicts .row")];
    const at = rows.findIndex((row) => row === document.activeElement);
    (at < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, at + direction))])?.focus();
  }

  #togglePause(): void {
    this.#paused = this.#paused === null ? live.arrivals : null;
    this.#pausedAt = live.arrivals[0]?.number ?? -1;
    this.requestUpdate();
  }

  // Searched for.

  #find(): Promise<void> {
    this.#found = LOADING;
    this.requestUpdate();
    const { query } = this.route;
    return this.load(async () => {
      try {
        return await this.#cases(query);
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.kind === "no-database" && this.#filtered().length === 0) {
          return await this.#stores(query.get("after") ?? "");
        }
        throw thrown;
      }
    }, (loaded) => {
      if (this.route.query === query) {
        this.#found = loaded;
      }
    });
  }

  async #cases(query: URLSearchParams): Promise<Found> {
    const asked: Record<string, string | undefined> = { ...visitor.of(), limit: PAGE_SIZE, after: query.get("after") ?? "" };
    for (const name of FIELDS) {
      asked[name] = query.get(name) ?? "";
    }
    asked["audited"] = query.get("audited") === "1" ? "true" : "";
    const page = await ask<CasePage>("cases", { query: asked, signal: this.signal });
    return { rows: page.cases, next: page.next ?? null, fromStores: false };
  }

  async #stores(after: string): Promise<Found> {
    const answer = await send("decisions", { query: { ...visitor.of(), limit: PAGE_SIZE, after }, signal: this.signal });
    const rows = ((await answer.json()) as Decision[]).map((decision): Case => ({
      ...decision, decidedBy: decision.decidedBy.id, byPerson: decision.decidedBy.kind === "REVIEWER",
      decidedAt: decision.since, audited: false, ...{ contentSha256: decision.contentSha256 ?? "", reason: decision.reason ?? "" },
    }));
    const link = /<([^>]*)>/.exec(answer.headers.get("Link") ?? "")?.[1];
    return { rows, next: link === undefined ? null : new URL(link, location.href).searchParams.get("after"), fromStores: true };
  }

  #filtered(): string[] {
    return [...FIELDS, "audited"].filter((name) => (this.route.query.get(name) ?? "") !== "");
  }

  #searched(): TemplateResult {
    const { query } = this.route;
    const field = (name: string, text: string, type: string, more: Record<string, string> = {}): TemplateResult => html`<label>${text}
      <input id=${more["id"] ?? `f-${name}`} name=${name} type=${type} .value=${type === "datetime-local" ? local(query.get(name)) : query.get(name) ?? ""} step=${more["step"] ?? nothing} min=${more["min"] ?? nothing}
        max=${more["max"] ?? nothing} autocomplete="off" spellcheck="false"></label>`;
    return html`<h1 class="visually-hidden">Search decisions</h1>
      <form class="find" @submit=${(event: Event) => this.#goTo(event)}><label class="grow">Open an image
        <input id="f-image" name="image" type="search" placeholder="Its id" autocomplete="off" spellcheck="false"></label><button type="submit">Open</button></form>
      <form id="filter" class="card form" @submit=${(event: Event) => this.#apply(event)} @change=${(event: Event) => this.#apply(event)}>
        <label>Decision <select name="decision"><option value="">any</option>${["SAFE", "NSFW", "REVIEW", "REFUSED"].map((name) =>
          html`<option value=${name} ?selected=${query.get("decision") === name}>${decisionName(name)}</option>`)}</select></label>
        <label>Reason <select name="reason"><option value="">any</option>${REASONS.map((name) =>
          html`<option value=${name} ?selected=${query.get("reason") === name}>${words(name)}</option>`)}</select></label>
        ${field("image", "Image", "text", { id: "f-only" })}${field("label", "Label", "text")}${field("uploader", "Uploader", "text")}${field("reviewer", "Decided by", "text")}
        ${field("from", "From", "datetime-local")}${field("until", "Until", "datetime-local")}
        ${field("leastScore", "Score from", "number", { step: "0.01", min: "0", max: "1" })}${field("mostScore", "Score to", "number", { step: "0.01", min: "0", max: "1" })}
        <label class="check"><input type="checkbox" name="audited" value="1" .checked=${query.get("audited") === "1"}> Audited only</label>
        <div class="buttons"><button type="submit" class="primary">Search</button>
          ${this.#filtered().length > 0 ? html`<a class="button" href=${address("decisions")}>Clear</a>
            <button type="button" @click=${() => this.#keep()}>Keep this filter</button>` : nothing}</div>
        ${this.#kept()}
      </form>
      ${this.#results()}`;
  }

  #kept(): Shown {
    const kept = Object.entries(own.get("filters"));
    return kept.length === 0 ? nothing : html`<p class="kept"><span class="small">Kept filters</span> ${kept.map(([name, search]) => html`<span class="chip">
      <a href="#/decisions?${search}">${name}</a><button type="button" aria-label="Forget the filter ${name}" @click=${() => this.#forget(name)}>×</button></span>`)}</p>`;
  }

  #results(): TemplateResult {
    if (this.#found.is === "loading") {
      return loading("decisions");
    }
    if (this.#found.is === "failed") {
      return problem(this.#found.problem);
    }
    const { rows, next, fromStores } = this.#found.value;
    const { tenant } = visitor;
    return html`${fromStores ? html`<p class="notice" role="status">There is no database, so these are all decisions in the order of their image ids; filters need one.</p>` : nothing}
      ${rows.length === 0 ? empty("Nothing was found", "No decision passes this filter.") : html`<div class="card wide" tabindex="0" role="region" aria-label="Decisions"><table class="cases">
        <thead><tr><th scope="col">Decision</th><th scope="col">Image</th><th scope="col">Labels</th><th scope="col" class="number">Score</th>
          <th scope="col">Uploader</th><th scope="col">Decided by</th><th scope="col">When</th></tr></thead>
        <tbody>${rows.map((row) => html`<tr><td><span class="badges">${badge(row.decision)}${row.audited ? alarm("AUDITED") : nothing}</span></td>
          <td>${imageLink(row.imageId, tenant)}${row.reason ? html`<span class="cut small">${words(row.reason)}</span>` : nothing}</td>
          <td>${row.labels.map((label) => html`<span class="tag">${label}</span> `)}</td><td class="number">${row.score.toFixed(2)}</td>
          <td>${uploaderLink(row.uploaderId, tenant)}</td><td>${row.byPerson ? row.decidedBy : html`<span class="small">${row.decidedBy}</span>`}</td><td>${time(row.decidedAt)}</td></tr>`)}
        </tbody></table></div>
        <p class="pager">${this.#former.length > 0 ? html`<button type="button" @click=${() => this.#turn(this.#former.pop() ?? "")}>Newer</button>` : nothing}
          ${next === null ? nothing : html`<button type="button" id="older" @click=${() => {
            this.#former.push(this.route.query.get("after") ?? "");
            this.#turn(next);
          }}>${fromStores ? "More" : "Older"}</button>`}
          ${fromStores ? nothing : html`<a id="csv" href=${this.#table()} download="cases.csv">As a table (CSV)</a>`}</p>`}`;
  }

  /** The address of what is found as CSV. */
  #table(): string {
    const asked = new URLSearchParams([...this.route.query].filter(([name, value]) => value !== "" && (FIELDS as readonly string[]).includes(name)));
    if (this.route.query.get("audited") === "1") {
      asked.set("audited", "true");
    }
    const { tenant } = visitor.of();
    if (tenant !== undefined) {
      asked.set("tenant", tenant);
    }
    return `api/v1/cases.csv?${asked}`;
  }

  #turn(after: string): void {
    const query = Object.fromEntries(this.route.query);
    location.hash = address("decisions", "", { ...query, after });
  }

  #apply(event: Event): void {
    event.preventDefault();
    const form = new FormData(this.querySelector<HTMLFormElement>("#filter")!);
    this.#former = [];
    location.hash = address("decisions", "", Object.fromEntries([...form].map(([name, value]) =>
      [name, name === "from" || name === "until" ? utc(String(value)) : String(value)])));
  }

  #goTo(event: Event): void {
    event.preventDefault();
    const id = this.querySelector<HTMLInputElement>("#f-image")!.value.trim();
    if (id !== "") {
      location.hash = address("image", id, visitor.of());
    }
  }

  #keep(): void {
    const name = this.#filtered().map((field) => this.route.query.get(field)).join(", ").slice(0, 60);
    own.set("filters", { ...own.get("filters"), [name]: new URLSearchParams([...this.route.query].filter(([field]) => field !== "after")).toString() });
  }

  #forget(name: string): void {
    own.set("filters", Object.fromEntries(Object.entries(own.get("filters")).filter(([kept]) => kept !== name)));
  }
}

/** An instant as the field for the viewer's local time has it, and back. */
function local(instant: string | null): string {
  const at = new Date(instant ?? "");
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() - 60_000 * at.getTimezoneOffset()).toISOString().slice(0, 16);
}

function utc(time: string): string {
  return time === "" ? "" : new Date(time).toISOString();
}

customElements.define("decisions-page", DecisionsPage);
