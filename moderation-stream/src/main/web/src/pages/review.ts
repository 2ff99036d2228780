// The review: one picture after the other, one key for each decision.

import { html, nothing, type TemplateResult } from "lit";
import { live as liveValue } from "lit/directives/live.js";
import { visitor } from "../api/visitor.js";
import { live } from "../live/live.js";
import { askForWords } from "../parts/ask.js";
import { audit, labels as labelScores, score, views } from "../parts/evidence.js";
import { alarm, badge, empty, facts, imageLink, keys, problem, time, uploaderLink, type Shown } from "../parts/marks.js";
import { Page } from "../parts/page.js";
import { load, Slot } from "../api/picture.js";
import { part } from "../api/http.js";
import type { ReviewQueue } from "../api/documents.js";
import { REVIEW_KEYS } from "../keys.js";
import { askForWords as askForLabels } from "../parts/labellist.js";
import { clocks } from "../parts/duties.js";
import { askForQueues } from "../parts/queues.js";
import { askForWellness, bindTo } from "../parts/wellness.js";
import { lastWithheld } from "../review/desk.js";
import { picture, resize, switches, tone } from "../review/display.js";
import { Draft } from "../review/draft.js";
import { learn, spokenOf } from "../review/labels.js";
import { NearPictures } from "../review/near.js";
import type { Item } from "../review/claims.js";
import { LOOK_MILLIS } from "../review/session.js";
import { sitting, uuid } from "../review/sitting.js";
import { own } from "../settings.js";
import { counted, countdown, words } from "../words.js";

const WARN_MILLIS = 20_000;
const TEAM_MILLIS = 30_000;
/** Keys that change what is decided, besides those of labels. */
const FOR_ITEM = "pad";
/** Why something that waits is not given. */
const WITHHELD: Record<string, readonly [string, string]> = {
  BREAK: ["Time for a break", "You have worked without a longer pause, so nothing is given to you for a while."],
  LIMIT: ["Enough of that for now", "What waits has labels of which you were given as much within an hour as your team's rules allow."],
  OPT_OUT: ["Nothing else waits", "What waits has labels that you do not want to see."],
};
const STAGES: Record<string, string> = { FIRST: "For a reviewer", SENIOR: "For a senior" };

class ReviewPage extends Page {
  readonly #draft = new Draft();
  readonly #strip = new Slot();
  readonly #near = new NearPictures(() => this.requestUpdate());
  #unveiled = false;
  #hint = "";
  #queues: readonly ReviewQueue[] = [];
  /** Of which tenant labels, rules and queues were asked for; null before. */
  #teamOf: string | null = null;
  #wasEmpty = false;
  readonly #change = (): void => this.#follow();
  readonly #touch = (): void => sitting.touch();
  readonly #leave = (): void => void sitting.rest(true);

  override connectedCallback(): void {
    super.connectedCallback();
    sitting.addEventListener("change", this.#change);
    this.addEventListener("pointermove", this.#touch);
    window.addEventListener("pagehide", this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    sitting.removeEventListener("change", this.#change);
    this.removeEventListener("pointermove", this.#touch);
    window.removeEventListener("pagehide", this.#leave);
    this.#strip.clear();
    this.#near.clear();
    void sitting.rest();
  }

  get #item(): Item | null {
    return this.#draft.item;
  }

  protected override arrive(): void {
    this.every(1000, () => void this.#tick());
    this.#askForTeam();
    this.every(TEAM_MILLIS, () => this.#askForTeam());
  }

  /** What the team shares: labels and queues. Where the queue that was chosen is gone or another role's, reviews come from all queues. */
  #askForTeam(): void {
    if (visitor.may("reviewer") && live.hasDatabase) {
      const { tenant } = visitor;
      const still = (): boolean => this.#teamOf === tenant;
      this.#teamOf = tenant;
      void this.load(() => askForLabels(this.signal), (loaded) => loaded.is === "there" && still() && this.#draft.know(loaded.value, tenant));
      void this.load(() => askForWellness(this.signal), (loaded) => loaded.is === "there" && still() && bindTo(loaded.value));
      void this.load(async () => (await askForQueues(this.signal)).filter(({ mine }) => mine), (loaded) => {
        if (loaded.is === "there" && still()) {
          this.#queues = loaded.value;
          if (own.get("queue") !== "" && !this.#queues.some(({ name }) => name === own.get("queue"))) {
            own.set("queue", "");
          }
        }
      });
    }
  }

  #chosenQueue(): Shown {
    return this.#queues.length < 2 ? nothing : html`<label class="queue-choice">Queue <select id="queue" .value=${liveValue(own.get("queue"))} @change=${(event: Event) => own.set("queue", (event.target as HTMLSelectElement).value)}>
      <option value="" ?selected=${own.get("queue") === ""}>all</option>${this.#queues.map(({ name, waiting, overdue }) => html`<option value=${name} ?selected=${name === own.get("queue")}>${
        name} (${waiting}${overdue > 0 ? `, ${overdue} late` : ""})</option>`)}</select></label>`;
  }

  async #tick(): Promise<void> {
    if (this.#teamOf !== visitor.tenant) {
      this.#askForTeam();
    }
    await sitting.tick();
    const left = this.#item === null ? 0 : this.#item.until - Date.now();
    if (left > 0 && left <= WARN_MILLIS && left > WARN_MILLIS - 1000) {
      tone(440);
    }
    const kept = lastWithheld();
    const again = kept === null || Date.now() >= (kept.until ?? kept.at + TEAM_MILLIS);
    if (sitting.phase === "empty" && (live.queue?.waiting ?? 0) > 0 && again) {
      await sitting.start();
    }
  }

  #follow(): void {
    if (sitting.current !== null) {
      learn(spokenOf(sitting.current.claim, sitting.current.verdict));
    }
    if (this.#draft.follow(sitting.current)) {
      this.#unveiled = false;
      this.#hint = "";
      this.#strip.clear();
      this.#near.clear();
      this.#drawOnceLookedAt();
      if (this.#item !== null && this.#wasEmpty) {
        tone(660);
      }
    }
    this.#wasEmpty = sitting.phase === "empty" || (this.#wasEmpty && sitting.phase === "fetching");
    this.requestUpdate();
  }

  /** From then on it can be decided. */
  #drawOnceLookedAt(): void {
    setTimeout(() => this.requestUpdate(), LOOK_MILLIS + 10);
  }

  /** Handles a key of this page. */
  onKey(event: KeyboardEvent): boolean {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const item = this.#item;
    if (key === "u") {
      void sitting.undo();
      return true;
    }
    if (item === null) {
      if (key === "c" && visitor.may("reviewer")) {
        void sitting.start();
        return true;
      }
      return false;
    }
    sitting.touch();
    const actions: Record<(typeof REVIEW_KEYS)[number], () => void> = {
      s: () => this.#decide("SAFE"), n: () => this.#decide("NSFW"),
      k: () => void this.#skip(), e: () => void this.#escalate(), r: () => void sitting.rest(), t: () => void this.#note(),
      v: () => this.#unveil(), b: () => own.set("blur", !own.get("blur")), g: () => own.set("greyscale", !own.get("greyscale")),
      m: () => own.set("mute", !own.get("mute")), "+": () => resize(1), "-": () => resize(-1), p: () => this.#propose(), a: () => this.#alike(), d: () => this.#near.toggle(item, this.#draft), f: () => void this.#frames(),
    };
    const label = this.#draft.labelOf(key);
    if (this.#draft.isNew && (label !== undefined || FOR_ITEM.includes(key))) {
      return true;
    }
    if (label !== undefined) {
      this.#toggle(label);
    } else if (key in actions) {
      actions[key as keyof typeof actions]();
    } else {
      return false;
    }
    return true;
  }

  override render(): TemplateResult {
    if (!visitor.may("reviewer")) {
      return html`<h1>Review</h1>${problem({ kind: "not-allowed", message: "Reviewing needs the role reviewer. What waits and what was decided you can see on the other pages." })}`;
    }
    return html`<h1 class="visually-hidden">Review</h1>
      <div class="toolbar review-bar"><p>${this.#counts()}</p>${this.#chosenQueue()}${switches()}</div>
      <p class="trouble" role="alert" ?hidden=${sitting.message === ""}>${sitting.message}</p>
      ${sitting.last === null ? nothing : html`<p class="made" role="status">${badge(sitting.last.answer.decision)} <span class="cut mono">${sitting.last.item.claim.imageId}</span>
        ${sitting.last.proposed ? html`<span class="small">waits for a second reviewer</span>` : nothing}
        ${sitting.last.alike > 0 ? html`<span class="small" id="made-alike">and ${counted(sitting.last.alike, "other item")} with it</span>` : nothing}
        <button type="button" id="undo" @click=${() => void sitting.undo()}>Undo ${keys("U")}</button></p>`}
      ${this.#item === null ? this.#between() : this.#desk(this.#item)}`;
  }

  #counts(): Shown {
    const { queue } = live;
    return html`${queue === null ? "" : `${counted(queue.waiting, "item")} waiting`}${sitting.made > 0 ? html` · <b id="made">${sitting.made}</b> decided in this sitting` : nothing}${
      sitting.next === null ? nothing : html` · <span class="small">the next one is here</span>`}`;
  }

  #between(): TemplateResult {
    if (sitting.phase === "fetching" || sitting.phase === "deciding") {
      return html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>Fetching the next item…</p>`;
    }
    if (live.queueProblem !== null) {
      return problem(live.queueProblem);
    }
    const start = html`<button type="button" id="claim" class="primary large" @click=${() => void sitting.start()}>Claim the next item ${keys("C")}</button>`;
    const kept = sitting.phase === "empty" ? lastWithheld() : null;
    if (kept !== null) {
      const [title, text] = WITHHELD[kept.why] ?? ["Nothing for you now", ""];
      return empty(title, html`${text}${kept.until === null ? nothing : html` It ends at ${time(new Date(kept.until).toISOString())}.`}<br>${start}`);
    }
    return sitting.phase === "empty"
      ? empty("Nothing waits for you", html`The next item is claimed as soon as it arrives. Items that you skipped, or whose first review was yours, go to others.<br>${start}`)
      : empty("Ready when you are", html`An item that you claim is yours until you decide, give it back, or leave this page.<br>${start}`);
  }

  #desk(item: Item): TemplateResult {
    const { claim, verdict } = item;
    const left = item.until - Date.now();
    const audits = live.auditsOf(claim.imageId, claim.tenant);
    const strip = this.#strip.shown;
    return html`<div class="desk" data-item=${claim.itemId}>
      <section class="sight" aria-label="Picture">
        ${picture(strip ?? item.picture, `Picture under review, image ${claim.imageId}`, {
          unveiled: this.#unveiled, strip: strip !== null, onShown: () => this.#shown(item), onBroken: () => this.#broken(item) })}
        <div class="under">
          ${own.get("blur") && item.picture?.kind === "shown" ? html`<button type="button" id="unveil" @click=${() => this.#unveil()}>${this.#unveiled ? "Blur again" : "Show"} ${keys("V")}</button>` : nothing}
          ${item.picture?.kind === "shown" && item.picture.frames > 1 ? html`<button type="button" @click=${() => void this.#frames()}>${
            strip === null ? `All ${item.picture.frames} frames` : "One picture"} ${keys("F")}</button>` : nothing}
          <span class="lease ${left < WARN_MILLIS ? "late" : ""}" role="timer" aria-label="Time left of the claim">${countdown(left)}</span></div>
      </section>
      <section class="case" aria-label="Evidence">
        <div class="case-top"><div>${badge(claim.machineDecision)} ${audits[0] ? alarm(audits[0].kind) : nothing} <span class="tag">${STAGES[claim.stage] ?? claim.stage}</span> ${clocks(claim.duties ?? [], claim.dutyDue)}
          ${this.#queues.length > 1 ? html`<span class="tag">${claim.queue}</span> ` : nothing}${claim.origins.map((origin) => html`<span class="tag">${words(origin)}</span> `)}</div><h2>${imageLink(claim.imageId, claim.tenant)}</h2></div>
        ${facts([
          ["Why here", claim.machineReason ? words(claim.machineReason) : nothing],
          ["Uploader", html`${uploaderLink(claim.uploaderId, claim.tenant)}${claim.strikes > 0 ? html` <span class="tag hot">${counted(claim.strikes, "strike")}</span>` : nothing}`],
          ["Reports", claim.reports > 0 ? counted(claim.reports, "report") : null],
          ["Waits since", time(claim.arrivedAt)],
        ])}
        ${item.notes.length > 0 ? html`<h3>Notes</h3><ul class="notes">${item.notes.map((note) => html`<li><b>${note.author}</b> ${time(note.at)}<p>${note.words}</p></li>`)}</ul>` : nothing}
        ${audits.length > 0 ? html`<h3>Attack audit</h3>${audits.map(audit)}` : nothing}
        <details class="machine"><summary>What the machine saw</summary>
          ${verdict ? score(verdict) : html`<p class="score-only">Score ${claim.score.toFixed(3)}</p>`}
          ${facts([["In words", verdict?.reasonDetail]])}
          ${verdict && verdict.labels.length > 0 ? html`<h3>Labels</h3>${labelScores(verdict)}` : nothing}
          ${verdict && verdict.views.length > 0 ? html`<h3>Nearest neighbours</h3>${views(verdict)}` : nothing}
        </details>
      </section>
      ${this.#verdictBar(item)}</div>`;
  }

  #verdictBar(item: Item): TemplateResult {
    const chosen = this.#draft.labels;
    const busy = sitting.phase === "deciding";
    const early = busy || !sitting.isLookedAt(item);
    return html`<section class="bar-of-decisions" aria-label="Your decision">
      <div class="labels-row" role="group" aria-label="Labels">${this.#draft.choices.map(({ name, key }) => html`<button type="button" class="label" aria-pressed=${chosen.includes(name)}
          @click=${() => this.#toggle(name)}>${key === undefined ? nothing : html`<kbd>${key.toUpperCase()}</kbd>`}${name}</button>`)}
        ${this.#draft.words?.closed ? nothing : html`<form class="inline" @submit=${(event: Event) => this.#addLabel(event)}><label class="visually-hidden" for="new-label">Another label</label>
          <input id="new-label" maxlength="200" placeholder="Another label" autocomplete="off"></form>`}</div>
      ${this.#meanings(chosen)}
      <label class="reason"><span class="visually-hidden">Reason, if you like</span><input id="reason" maxlength="4000" placeholder="Reason, if you like" autocomplete="off" list="reasons"
        .value=${liveValue(this.#draft.reason)} @input=${(event: Event) => (this.#draft.reason = (event.target as HTMLInputElement).value)}></label>
      <datalist id="reasons">${(this.#draft.words?.reasons ?? []).map((reason) => html`<option value=${reason}></option>`)}</datalist>
      <label class="check"><input type="checkbox" id="bank" .checked=${this.#draft.bank} @change=${() => this.#propose()}> Propose for the bank ${keys("P")}</label>
      ${item.alike.length === 0 ? nothing : html`<label class="check"><input type="checkbox" id="alike" .checked=${liveValue(this.#draft.alike.length > 0)} @change=${() => this.#alike()}>
        Decide ${counted(this.#copiesToDecide(item), "copy", "copies")} of this file too ${keys("A")}</label>`}
      ${this.#copies()}
      ${this.#near.render(item, this.#draft, this.#unveiled)}
      <p class="small" role="status" id="about" ?hidden=${this.#draft.items === 1}>One key decides ${counted(this.#draft.items, "item")}, and one undo takes all back.</p>
      <p class="hint" role="status">${this.#hint}</p>
      <div class="buttons">
        <button type="button" id="safe" class="decide" data-decision="SAFE" ?disabled=${early} @click=${() => this.#decide("SAFE")}>Safe ${keys("S")}</button>
        <button type="button" id="nsfw" class="decide" data-decision="NSFW" ?disabled=${early} @click=${() => this.#decide("NSFW")}>NSFW ${keys("N")}</button>
        <span class="others">
          <button type="button" id="skip" ?disabled=${busy} @click=${() => void this.#skip()}>Skip ${keys("K")}</button>
          ${item.claim.stage === "SENIOR" ? nothing : html`<button type="button" id="escalate" ?disabled=${busy} @click=${() => void this.#escalate()}>Escalate ${keys("E")}</button>`}
          <button type="button" id="note" ?disabled=${busy} @click=${() => void this.#note()}>Note ${keys("T")}</button>
          <button type="button" id="release" @click=${() => void sitting.rest()}>Give back ${keys("R")}</button></span></div></section>`;
  }

  /** Which copies are decided too. */
  #copies(): Shown {
    const { alike } = this.#draft;
    return alike.length === 0 ? nothing : html`<ul class="copies small" aria-label="Copies that are decided too" tabindex="0">${alike.map(({ imageId, uploaderId }) => html`<li>
      <span class="mono">${imageId}</span>${uploaderId === "" ? nothing : html` by <span class="mono">${uploaderId}</span>`}</li>`)}</ul>`;
  }

  /** What the chosen labels mean, where the tenant says so. */
  #meanings(chosen: readonly string[]): Shown {
    const meant = (this.#draft.words?.labels ?? []).filter(({ name, text, examples, counterExamples }) => chosen.includes(name) && (text || examples?.length || counterExamples?.length));
    return meant.length === 0 ? nothing : html`<dl class="meanings small">${meant.map(({ name, text, examples, counterExamples }) => html`<dt>${name}</dt><dd>${text}
      ${examples?.length ? html` <b>For example:</b> ${examples.join("; ")}.` : nothing}${counterExamples?.length ? html` <b>Not for:</b> ${counterExamples.join("; ")}.` : nothing}</dd>`)}</dl>`;
  }

  #toggle(label: string): void {
    if (this.#item !== null) {
      this.#draft.toggle(label);
      this.#hint = "";
      this.requestUpdate();
    }
  }

  #addLabel(event: Event): void {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#new-label")!;
    const name = input.value.trim();
    if (name !== "") {
      learn([name]);
      this.#draft.follow(this.#item);
      if (!this.#draft.labels.includes(name)) {
        this.#toggle(name);
      }
    }
    input.value = "";
    input.blur();
  }

  #decide(decision: "SAFE" | "NSFW"): void {
    const item = this.#item;
    if (item === null) {
      return;
    }
    if (!sitting.isLookedAt(item)) {
      this.#hint = item.seen === null && item.picture?.kind !== "absent" ? "Wait for the picture." : "";
      this.requestUpdate();
      return;
    }
    const answer = this.#draft.answer(uuid(), decision);
    if (answer === null) {
      this.#hint = "NSFW needs a label that says why: press its number, then N.";
      this.requestUpdate();
      return;
    }
    void sitting.decide(item, answer);
  }

  async #skip(): Promise<void> {
    await this.#ask("Why do you leave this item to others?", "Skip", (item, reason) => sitting.skip(item, reason));
  }

  async #escalate(): Promise<void> {
    await this.#ask("What should a senior decide here?", "Escalate", (item, reason) => sitting.escalate(item, reason));
  }

  async #note(): Promise<void> {
    await this.#ask("A note for the next reviewer of this item", "Add note", (item, words) => sitting.note(item, words));
  }

  /** Asks for words about the item in hand, and does something with that item, whatever is in hand by then. */
  async #ask(question: string, action: string, act: (item: Item, words: string) => Promise<void>): Promise<void> {
    const item = this.#item;
    if (item === null || sitting.phase === "deciding") {
      return;
    }
    const text = await askForWords(question, action);
    if (text !== null) {
      await act(item, text);
    }
  }

  #shown(item: Item): void {
    if (item.seen === null) {
      this.#hint = "";
      this.#drawOnceLookedAt();
    }
    void sitting.displayed(item);
  }

  #broken(item: Item): void {
    if (this.#strip.shown === null) {
      sitting.broken(item);
    } else {
      this.#strip.clear();
      this.#hint = "Your browser cannot display all frames at once.";
      this.requestUpdate();
    }
  }

  #unveil(): void {
    this.#unveiled = !this.#unveiled;
    this.requestUpdate();
  }

  #propose(): void {
    this.#draft.bank = !this.#draft.bank;
    this.#hint = this.#draft.bank ? `A curator is asked to add it to the bank with the first label that you choose, as safe if it is safe.` : "";
    this.requestUpdate();
  }

  /** A decision is about a limited number of items. */
  #copiesToDecide(item: Item): number {
    return this.#draft.alike.length > 0 ? this.#draft.alike.length : Math.min(item.alike.length, this.#draft.room);
  }

  #alike(): void {
    if (this.#item !== null) {
      this.#draft.alike = this.#draft.alike.length > 0 ? [] : this.#item.alike.slice(0, this.#draft.room);
      this.#hint = this.#draft.room === 0 ? "One decision is about no more items than these." : "";
      this.requestUpdate();
    }
  }

  async #frames(): Promise<void> {
    const item = this.#item;
    if (this.#strip.shown !== null) {
      this.#strip.clear();
    } else if (item?.picture?.kind === "shown" && item.picture.frames > 1) {
      await this.#strip.fill(load(`review/items/${part(item.claim.itemId)}/picture`, visitor.of(item.claim.tenant), true));
    }
    this.requestUpdate();
  }
}

customElements.define("review-page", ReviewPage);
