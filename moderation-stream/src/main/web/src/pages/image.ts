// Everything about one image.

import { html, nothing, type TemplateResult } from "lit";
import type { Audit, Decision, Hold, Uploader, Verdict, Viewers } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { load, Slot } from "../api/picture.js";
import { visitor } from "../api/visitor.js";
import { live } from "../live/live.js";
import { say } from "../parts/ask.js";
import { audit, labels, provenance, score, timings, views, why } from "../parts/evidence.js";
import { rawAddress } from "../parts/feedlist.js";
import { holds } from "../parts/holds.js";
import "../parts/explanation.js";
import { badge, card, empty, facts, loading, problem, time, uploaderLink, type Shown } from "../parts/marks.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import { viewers } from "../parts/viewers.js";
import { askForWellness, protectedBy } from "../parts/wellness.js";
import { windows } from "../parts/windows.js";
import { picture, switches } from "../review/display.js";
import { short, words } from "../words.js";

const WINDOWS = 5;

class ImagePage extends Page {
  #decision: Loaded<Decision> = LOADING;
  #verdict: Loaded<Verdict> = LOADING;
  #audits: Loaded<readonly Audit[]> = LOADING;
  #uploader: Loaded<Uploader> | null = null;
  #holds: Loaded<readonly Hold[]> = LOADING;
  #viewers: Loaded<Viewers> = LOADING;
  readonly #picture = new Slot();
  readonly #strip = new Slot();
  #asked = false;
  #unveiled = false;

  get #tenant(): string {
    return this.route.query.get("tenant") ?? visitor.tenant;
  }

  protected override arrive(): void {
    const { id } = this.route;
    const query = visitor.of(this.#tenant);
    const { signal } = this;
    const still = this.#whileHere();
    this.#decision = this.#verdict = this.#audits = this.#holds = LOADING;
    this.#uploader = null;
    this.#forgetPictures();
    void this.load(() => ask<Decision>(`decisions/${part(id)}`, { query, signal }), (loaded) => still() && (this.#decision = loaded));
    void this.load(() => ask<Verdict>(`verdicts/${part(id)}`, { query, signal }), (loaded) => {
      if (still()) {
        this.#verdict = loaded;
        if (loaded.is === "there") {
          this.#uploader = LOADING;
          const { uploaderId } = loaded.value;
          void this.load(() => ask<Uploader>(`uploaders/${part(uploaderId)}`, { query, signal }), (found) => still() && (this.#uploader = found));
        }
      }
    });
    void this.load(async () => (await ask<Audit[]>(`audits/${part(id)}`, { query, signal })).filter(({ sample }) => !sample), (loaded) => still() && (this.#audits = loaded));
    this.#askForHolds();
    if (visitor.may("admin") && live.hasDatabase) {
      this.#viewers = LOADING;
      void this.load(() => ask<Viewers>(`images/${part(id)}/viewers`, { query, signal }), (loaded) => still() && (this.#viewers = loaded));
    }
  }

  #askForHolds(): void {
    if (visitor.may("senior")) {
      const still = this.#whileHere();
      const query = visitor.of(this.#tenant);
      void this.load(() => ask<Hold[]>("holds", { query, signal: this.signal }), (loaded) => still() && (this.#holds = loaded));
    }
  }

  /** Says later whether the page is still about the same image of the same tenant. */
  #whileHere(): () => boolean {
    const { id } = this.route;
    const tenant = this.#tenant;
    return () => this.route.id === id && this.#tenant === tenant;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetPictures();
  }

  #forgetPictures(): void {
    this.#picture.clear();
    this.#strip.clear();
    this.#asked = this.#unveiled = false;
  }

  override render(): TemplateResult {
    const verdict = this.#verdict.is === "there" ? this.#verdict.value : null;
    return html`<div class="page-head"><p class="small">Image</p><h1 class="mono break">${this.route.id}</h1>
        ${this.#decision.is === "there" ? badge(this.#decision.value.decision) : nothing}</div>
      <div class="grid two">
        <div class="column">
          ${card("Picture", this.#pictureCard())}
          ${visitor.may("reviewer") && this.#decision.is === "there" ? html`<image-explanation .imageId=${this.route.id} .tenant=${this.#tenant} .verdict=${verdict} .byPerson=${this.#decision.value.decidedBy.kind === "REVIEWER"}></image-explanation>` : nothing}
          ${card("Decision in force", this.#decisionCard())}
          ${card("History", this.#history())}
          ${visitor.may("reviewer") && this.#decision.is === "there" ? card("Report or appeal", this.#report(), { id: "report" }) : nothing}
          ${visitor.may("admin") && live.hasDatabase ? card("Who can see this picture", viewers(this.#viewers), { id: "viewers" }) : nothing}
          ${visitor.may("senior") ? card("Legal hold", holds(this.#holds, { subject: "image", id: this.route.id, tenant: this.#tenant, done: () => this.#askForHolds() }), { id: "hold" }) : nothing}
        </div>
        <div class="column">
          ${this.#audits.is === "there" && this.#audits.value.length > 0 ? card("Attack audits: both encoders", this.#audits.value.map(audit), { id: "audits" }) : nothing}
          ${verdict === null ? card("Verdict", this.#verdict.is === "failed" ? problem(this.#verdict.problem) : loading("the verdict")) : html`
            ${card("Verdict", html`${why(verdict)}${score(verdict)}`)}
            ${verdict.labels.length > 0 ? card("Labels", labels(verdict)) : nothing}
            ${verdict.views.length > 0 ? card("Views and nearest neighbours", views(verdict), { id: "views" }) : nothing}
            ${Object.keys(verdict.timingsMicros).length > 0 ? card("Time", timings(verdict)) : nothing}
            ${card("Uploader", html`${facts([["Account", uploaderLink(verdict.uploaderId, this.#tenant)], ["Tenant", verdict.tenant], ...Object.entries(verdict.attributes)])}
              ${this.#uploader === null ? nothing : windows(this.#uploader, WINDOWS)}`)}
            ${card("Provenance", html`${provenance(verdict)}<p class="raw"><a href=${rawAddress(verdict)} target="_blank" rel="noopener">As JSON</a></p>`)}`}
        </div>
      </div>`;
  }

  #pictureCard(): TemplateResult {
    if (!visitor.may("reviewer")) {
      return empty("Not for your role", "Pictures are shown to reviewers only.");
    }
    if (!this.#asked) {
      return html`<div class="picture absent"><button type="button" id="show" class="primary" @click=${() => void this.#show()}>Show the picture</button></div>
        <p class="small">It is blurred until you ask for it. That you looked may be written down.</p>`;
    }
    const shown = this.#picture.shown;
    const strip = this.#strip.shown;
    const frames = shown?.kind === "shown" ? shown.frames : 1;
    return html`${picture(strip ?? shown, `Image ${this.route.id}`, { unveiled: this.#unveiled, strip: strip !== null })}
      <div class="under"><button type="button" id="unveil" @click=${() => {
        this.#unveiled = !this.#unveiled;
        this.requestUpdate();
      }}>${this.#unveiled ? "Blur" : "Show clearly"}</button>
      ${frames > 1 ? html`<button type="button" @click=${() => void this.#frames()}>${strip === null ? `All ${frames} frames` : "One picture"}</button>` : nothing}</div>${switches(false)}`;
  }

  async #show(): Promise<void> {
    this.#asked = true;
    this.requestUpdate();
    await this.#picture.fill(protectedBy(() => askForWellness(this.signal), () => load(`images/${part(this.route.id)}/picture`, visitor.of(this.#tenant))));
    this.requestUpdate();
  }

  async #frames(): Promise<void> {
    if (this.#strip.shown !== null) {
      this.#strip.clear();
    } else {
      await this.#strip.fill(load(`images/${part(this.route.id)}/picture`, visitor.of(this.#tenant), true));
    }
    this.requestUpdate();
  }

  #decisionCard(): TemplateResult {
    if (this.#decision.is !== "there") {
      return this.#decision.is === "loading" ? loading("the decision") : problem(this.#decision.problem);
    }
    const { value } = this.#decision;
    return facts([
      ["Decision", html`${badge(value.decision)} ${value.labels.map((label) => html`<span class="tag">${label}</span> `)}`],
      ["Reason", value.reason === null ? null : words(value.reason)],
      ["Score", value.score.toFixed(3)],
      ["By", `${value.decidedBy.id} (${value.decidedBy.kind === "REVIEWER" ? "person" : "worker"})`],
      ["Since", time(value.since)],
      ["Policy", value.policyVersion ? html`<span class="mono" title=${value.policyVersion}>${short(value.policyVersion)}</span>` : null],
      ["Labels", value.wordsVersion ? `version ${value.wordsVersion}` : null],
      ["Uploaded", time(value.uploadedAt)],
      ["Content", value.contentSha256 === null ? "nothing could be fetched" : html`<span class="mono break">${value.contentSha256}</span>`],
    ]);
  }

  /** What is known of earlier: what the decision replaced, the verdict, audits. */
  #history(): TemplateResult {
    const events: { at: string; what: Shown }[] = [];
    if (this.#decision.is === "there") {
      const { since, decision, decidedBy, replaced, contentSha256, uploadedAt } = this.#decision.value;
      events.push({ at: since, what: html`${badge(decision)} by ${decidedBy.id}` });
      if (replaced !== null) {
        events.push({ at: replaced.since, what: html`${badge(replaced.decision)} by ${replaced.decidedBy.id}${replaced.contentSha256 === contentSha256 ? "" : ", of other content"}` });
      }
      if (uploadedAt !== null) {
        events.push({ at: uploadedAt, what: "Uploaded" });
      }
    }
    if (this.#verdict.is === "there" && !events.some(({ at }) => this.#verdict.is === "there" && at === this.#verdict.value.decidedAt)) {
      const { decidedAt, decision, decidedBy } = this.#verdict.value;
      events.push({ at: decidedAt, what: html`${badge(decision)} verdict by ${decidedBy.id}` });
    }
    if (this.#audits.is === "there") {
      events.push(...this.#audits.value.map(({ detectedAt, kind }) => ({ at: detectedAt, what: `Audit: ${words(kind).toLowerCase()}` })));
    }
    return events.length === 0 ? html`<p class="small">Nothing yet.</p>` : html`<ol class="history">${events
      .sort((one, other) => other.at.localeCompare(one.at)).map(({ at, what }) => html`<li>${time(at)}<span>${what}</span></li>`)}</ol>`;
  }

  #report(): TemplateResult {
    return html`<form id="report" class="form column-form" @submit=${(event: Event) => void this.#sendReport(event)}>
      <label>Kind <select name="kind"><option value="report">Report: a person objects to the image</option><option value="appeal">Appeal: the uploader objects to the decision</option></select></label>
      <label>Who <input name="reporter" required maxlength="200" autocomplete="off"></label>
      <label>In their words <textarea name="words" rows="2" maxlength="4000"></textarea></label>
      <div class="buttons"><button type="submit" class="primary">Put it into the queue</button></div></form>`;
  }

  async #sendReport(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    try {
      await tell("review/reports", "POST", { query: visitor.of(this.#tenant), body: { imageId: this.route.id, ...Object.fromEntries(new FormData(form)) } });
      form.reset();
      say("It is in the queue. The same from the same person again counts once.");
    } catch (thrown) {
      say(asProblem(thrown).message);
    }
  }
}

customElements.define("image-page", ImagePage);
