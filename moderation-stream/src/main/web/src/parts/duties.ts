// Duties: the clocks that law or an authority sets, how they are kept, and for seniors what they ask for.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Duty, DutyRule } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { length, words } from "../words.js";
import { say } from "./ask.js";
import { loading, problem, type Shown } from "./marks.js";
import { LOADING, Page, type Loaded } from "./page.js";

const HOUR = 3600;
const SOON = 0.25;

/** The time that is left until a deadline, or since when it is over. */
export function left(due: string, now = Date.now()): string {
  const millis = Date.parse(due) - now;
  return millis >= 0 ? `${length(millis)} left` : `late by ${length(-millis)}`;
}

/** The clocks of an item as tags; the first deadline is the one that is shown. */
export function clocks(duties: readonly string[], due: string | undefined, now = Date.now()): Shown {
  return duties.length === 0 || due === undefined ? nothing : html`${duties.map((duty) => html`<span class="tag hot">${words(duty)}</span> `)}<span
    class="tag ${Date.parse(due) - now < HOUR * 1000 ? "hot" : ""}" data-due=${due}>${left(due, now)}</span> `;
}

/** The rule that a form holds; hours may have fractions. */
export function dutyRuleOf(form: FormData): DutyRule {
  const seconds = (name: string): number | undefined => {
    const text = String(form.get(name) ?? "").trim();
    return text === "" ? undefined : Math.round(Number(text) * HOUR);
  };
  const escalates = seconds("escalates");
  return {
    deadlineSeconds: seconds("deadline") ?? 0, headStartSeconds: seconds("headStart") ?? 0, ground: String(form.get("ground") ?? "TERMS"),
    ...(escalates === undefined ? {} : { escalatesAfterSeconds: escalates }),
  };
}

class DutyList extends Page {
  #duties: Loaded<readonly Duty[]> = LOADING;
  #edited: Duty | null = null;
  #trouble = "";

  protected override arrive(): void {
    this.#ask();
    this.every(15_000, () => this.#ask());
  }

  #ask(): void {
    void this.load(() => ask<Duty[]>("review/duties", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#duties = loaded));
  }

  override render(): Shown {
    if (this.#duties.is !== "there") {
      return this.#duties.is === "loading" ? loading("duties") : problem(this.#duties.problem);
    }
    const senior = visitor.may("senior");
    return html`<div class="wide" tabindex="0" role="region" aria-label="Duties"><table><thead><tr><th scope="col">Duty</th><th scope="col" class="number">Deadline</th><th scope="col">For seniors</th>
      <th scope="col" class="number">Open</th><th scope="col" class="number">Late</th><th scope="col">Next deadline</th><th scope="col" class="number">Kept</th><th scope="col" class="number">Missed</th>
      ${senior ? html`<th scope="col"><span class="visually-hidden">Change</span></th>` : nothing}</tr></thead>
      <tbody>${this.#duties.value.map((duty) => html`<tr data-duty=${duty.duty}><td>${words(duty.duty)}</td><td class="number">${length(1000 * duty.rule.deadlineSeconds)}</td>
        <td>${this.#escalation(duty.rule)}</td><td class="number">${duty.open}</td><td class="number">${duty.late > 0 ? html`<span class="tag hot">${duty.late}</span>` : "0"}</td>
        <td>${duty.nextDue === undefined ? "–" : html`<span class=${this.#soon(duty) ? "tag hot" : ""}>${left(duty.nextDue)}</span>`}</td>
        <td class="number">${duty.kept}</td><td class="number">${duty.missed > 0 ? html`<span class="tag hot">${duty.missed}</span>` : "0"}</td>
        ${senior ? html`<td><button type="button" class="change" aria-label="Change ${words(duty.duty)}" @click=${() => this.#edit(duty)}>Change</button></td>` : nothing}</tr>`)}</tbody></table></div>
      <p class="small">Kept and missed: of the last 30 days. A clock keeps the times that held when it began. Counsel decides which duties apply.
        ${senior ? html`<a href="api/v1/statements.csv${this.#tenant()}" download="statements.csv">Statements of reasons</a>` : nothing}</p>
      ${senior && this.#edited !== null ? keyed(this.#edited.duty, this.#form(this.#edited)) : nothing}`;
  }

  #tenant(): string {
    const { tenant } = visitor.of();
    return tenant === undefined ? "" : `?tenant=${encodeURIComponent(tenant)}`;
  }

  #soon({ nextDue, rule }: Duty): boolean {
    return nextDue !== undefined && Date.parse(nextDue) - Date.now() < SOON * 1000 * rule.deadlineSeconds;
  }

  #escalation({ escalatesAfterSeconds: after }: DutyRule): string {
    return after === undefined ? "no" : after === 0 ? "at once" : `after ${length(1000 * after)}`;
  }

  #edit(duty: Duty | null): void {
    this.#edited = duty;
    this.#trouble = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>("form input")?.focus());
  }

  #form({ duty, rule }: Duty): TemplateResult {
    const field = (name: string, label: string, seconds: number | undefined, hint = ""): TemplateResult => html`<label>${label}
      <input name=${name} type="number" step="any" min="0" placeholder=${hint} ?required=${name === "deadline"} autocomplete="off" .value=${seconds === undefined ? "" : String(seconds / HOUR)}></label>`;
    return html`<form class="form" id="duty-form" aria-label="What ${words(duty)} asks for" @submit=${(event: Event) => void this.#save(event, duty)}>
      ${field("deadline", "Deadline, hours", rule.deadlineSeconds)}${field("headStart", "Head start, hours", rule.headStartSeconds)}${field("escalates", "For seniors after, hours", rule.escalatesAfterSeconds, "never")}
      <label>Ground <select name="ground">${["LAW", "TERMS"].map((ground) => html`<option value=${ground} ?selected=${ground === rule.ground}>${words(ground)}</option>`)}</select></label>
      <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p>
      <div class="buttons"><button type="submit" class="primary">Save</button><button type="button" @click=${() => this.#edit(null)}>Cancel</button></div></form>`;
  }

  async #save(event: Event, duty: string): Promise<void> {
    event.preventDefault();
    try {
      await tell(`review/duties/${part(duty)}`, "PUT", { query: visitor.of(), body: dutyRuleOf(new FormData(event.target as HTMLFormElement)) });
      this.#edit(null);
      say(`${words(duty)}: the rule holds for clocks that begin from now on.`);
      this.#ask();
    } catch (thrown) {
      this.#trouble = asProblem(thrown).message;
      this.requestUpdate();
    }
  }
}

customElements.define("duty-list", DutyList);
