// What strikes weigh and lead to; seniors change it, each change is a version. And the appeals that wait.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { AccountAppeal, AccountPolicy, AccountRule, StrikeWeight } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { length, words } from "../words.js";
import { askForWords, say } from "./ask.js";
import { empty, loading, problem, time, uploaderLink, type Shown } from "./marks.js";
import { LOADING, Page, type Loaded } from "./page.js";

const DAY = 86_400;
export const ACTIONS = ["WARN", "LIMIT", "SUSPEND", "BAN"] as const;

const list = (text: string): string[] => text.split(",").map((each) => each.trim()).filter((each) => each !== "");

/** The rule that a form holds. Days may have fractions. */
export function accountRuleOf(form: FormData, name: string): AccountRule {
  const text = (field: string): string => String(form.get(field) ?? "").trim();
  return {
    name: name || text("name"), action: text("action"), labels: list(text("labels")), threshold: Number(text("threshold")),
    ...(text("days") === "" ? {} : { durationSeconds: Math.round(Number(text("days")) * DAY) }),
  };
}

/** Weights as a form has them: a line "gore 3 half 30 ends 90", in days, or "* 1". */
export function weightsOf(text: string): StrikeWeight[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    const found = /^(.+?)\s+([\d.]+)(?:\s+half\s+([\d.]+))?(?:\s+ends\s+([\d.]+))?$/.exec(line);
    if (found === null) {
      throw new Error(`"${line}" is no weight. Write a label, its weight and, in days, "half 30" and "ends 90".`);
    }
    const [, label = "", weight, half, ends] = found;
    return {
      label, weight: Number(weight), ...(half === undefined ? {} : { halfLifeSeconds: Math.round(Number(half) * DAY) }),
      ...(ends === undefined ? {} : { expiresAfterSeconds: Math.round(Number(ends) * DAY) }),
    };
  });
}

/** The other way round. */
export function weightLines(weights: readonly StrikeWeight[]): string {
  return weights.map(({ label, weight, halfLifeSeconds, expiresAfterSeconds }) => `${label} ${weight}${halfLifeSeconds === undefined ? "" : ` half ${halfLifeSeconds / DAY}`}${
    expiresAfterSeconds === undefined ? "" : ` ends ${expiresAfterSeconds / DAY}`}`).join("\n");
}

class AccountPolicyCard extends Page {
  #policy: Loaded<AccountPolicy> = LOADING;
  #appeals: Loaded<readonly AccountAppeal[]> = LOADING;
  /** The rule in the form, with an empty name for a new one; null where the form is closed. */
  #edited: AccountRule | null = null;
  #weighing = false;
  #trouble = "";

  protected override arrive(): void {
    void this.load(() => ask<AccountPolicy>("accounts/policy", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#policy = loaded));
    this.#askForAppeals();
    this.every(15_000, () => this.#askForAppeals());
  }

  #askForAppeals(): void {
    if (visitor.may("senior")) {
      void this.load(() => ask<AccountAppeal[]>("accounts/appeals", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#appeals = loaded));
    }
  }

  override render(): Shown {
    if (this.#policy.is !== "there") {
      return this.#policy.is === "loading" ? loading("the account policy") : problem(this.#policy.problem);
    }
    const policy = this.#policy.value;
    const senior = visitor.may("senior");
    return html`${policy.rules.length === 0 ? empty("No rules", "Strikes lead to nothing. With a rule each decision that holds counts from then on.") : html`
      <div class="wide" tabindex="0" role="region" aria-label="Rules of accounts"><table><thead><tr><th scope="col">Rule</th><th scope="col">Action</th><th scope="col">Labels</th><th scope="col" class="number">From</th><th scope="col">For</th>
        ${senior ? html`<th scope="col"><span class="visually-hidden">Change</span></th>` : nothing}</tr></thead>
      <tbody>${policy.rules.map((rule) => html`<tr data-rule=${rule.name}><td>${rule.name}</td><td>${words(rule.action)}</td><td>${(rule.labels ?? []).join(", ") || "all"}</td><td class="number">${rule.threshold}</td>
        <td>${rule.durationSeconds === undefined ? "until it is lifted" : length(1000 * rule.durationSeconds)}</td>
        ${senior ? html`<td><button type="button" class="change" @click=${() => this.#edit(rule)}>Change</button></td>` : nothing}</tr>`)}</tbody></table></div>`}
      ${policy.version === 0 ? nothing : html`<p class="small">Strikes weigh ${policy.strikes.length === 0 ? "nothing" : weightLines(policy.strikes).replaceAll("\n", "; ")} (days). Version ${policy.version}, by ${policy.changedBy} ${time(policy.changedAt)}.</p>`}
      ${!senior ? nothing : this.#edited !== null ? keyed(this.#edited.name, this.#ruleForm(this.#edited, policy)) : this.#weighing ? this.#weightForm(policy) : html`<p class="buttons">
        <button type="button" id="new-account-rule" @click=${() => this.#edit({ name: "", action: "WARN", threshold: 1 })}>New rule</button>
        <button type="button" id="change-weights" @click=${() => this.#weigh(true)}>Change the weights</button></p>`}
      ${senior ? this.#waiting() : nothing}`;
  }

  #edit(rule: AccountRule | null): void {
    this.#edited = rule;
    this.#focus();
  }

  #weigh(weighing: boolean): void {
    this.#weighing = weighing;
    this.#focus();
  }

  #focus(): void {
    this.#trouble = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("form input:not([disabled]), form textarea")?.focus());
  }

  #ruleForm(rule: AccountRule, policy: AccountPolicy): TemplateResult {
    return html`<form class="form" id="account-rule-form" @submit=${(event: Event) => void this.#saveRule(event, rule, policy)}>
      <label>Rule <input name="name" required maxlength="200" autocomplete="off" ?disabled=${rule.name !== ""} .value=${rule.name}></label>
      <label>Action <select name="action">${ACTIONS.map((action) => html`<option value=${action} ?selected=${action === rule.action}>${words(action)}</option>`)}</select></label>
      <label>Labels <input name="labels" autocomplete="off" placeholder="all" .value=${(rule.labels ?? []).join(", ")}></label>
      <label>From a score of <input name="threshold" type="number" step="any" required .value=${String(rule.threshold)}></label>
      <label>For days <input name="days" type="number" step="any" placeholder="until it is lifted" .value=${rule.durationSeconds === undefined ? "" : String(rule.durationSeconds / DAY)}></label>
      <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p>
      <div class="buttons"><button type="submit" class="primary">Save</button><button type="button" @click=${() => this.#edit(null)}>Cancel</button>
        ${rule.name === "" ? nothing : html`<button type="button" id="remove-account-rule" @click=${() => void this.#change(policy.strikes, policy.rules.filter(({ name }) => name !== rule.name))}>Remove</button>`}</div></form>`;
  }

  #weightForm(policy: AccountPolicy): TemplateResult {
    return html`<form class="form" id="weights-form" @submit=${(event: Event) => void this.#saveWeights(event, policy)}>
      <label>A label and its weight a line; half and ends in days <textarea name="weights" rows="5" placeholder="* 1 half 30 ends 90" .value=${weightLines(policy.strikes)}></textarea></label>
      <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p>
      <div class="buttons"><button type="submit" class="primary">Save</button><button type="button" @click=${() => this.#weigh(false)}>Cancel</button></div></form>`;
  }

  async #saveRule(event: Event, rule: AccountRule, policy: AccountPolicy): Promise<void> {
    event.preventDefault();
    const made = accountRuleOf(new FormData(event.target as HTMLFormElement), rule.name);
    const others = policy.rules.some(({ name }) => name === made.name);
    if (rule.name === "" && others) {
      this.#trouble = `The rule ${made.name} is there already.`;
      this.requestUpdate();
      return;
    }
    const strikes = policy.strikes.length === 0 ? [{ label: "*", weight: 1 }] : policy.strikes;
    await this.#change(strikes, others ? policy.rules.map((each) => (each.name === made.name ? made : each)) : [...policy.rules, made]);
  }

  async #saveWeights(event: Event, policy: AccountPolicy): Promise<void> {
    event.preventDefault();
    try {
      await this.#change(weightsOf(String(new FormData(event.target as HTMLFormElement).get("weights") ?? "")), policy.rules);
    } catch (thrown) {
      this.#trouble = thrown instanceof Error ? thrown.message : String(thrown);
      this.requestUpdate();
    }
  }

  async #change(strikes: readonly StrikeWeight[], rules: readonly AccountRule[]): Promise<void> {
    if (this.#policy.is !== "there") {
      return;
    }
    try {
      const made = await ask<AccountPolicy>("accounts/policy", { method: "PUT", query: visitor.of(), body: { version: this.#policy.value.version, strikes, rules } });
      this.#policy = { is: "there", value: made };
      this.#weighing = false;
      this.#edit(null);
      say(`Version ${made.version} of the account policy holds.`);
    } catch (thrown) {
      this.#trouble = asProblem(thrown).message;
      this.requestUpdate();
    }
  }

  #waiting(): TemplateResult {
    if (this.#appeals.is !== "there") {
      return this.#appeals.is === "loading" ? loading("appeals") : problem(this.#appeals.problem);
    }
    const all = this.#appeals.value;
    return all.length === 0 ? html`<p class="small">No appeal against an action waits.</p>` : html`<h3>Appeals that wait</h3>
      <div class="wide" tabindex="0" role="region" aria-label="Appeals that wait"><table><thead><tr><th scope="col">Account</th><th scope="col">Action</th><th scope="col">Says</th><th scope="col">Since</th><th scope="col">Answer</th></tr></thead>
      <tbody>${all.map((appeal) => html`<tr data-appeal=${appeal.actionId}><td>${uploaderLink(appeal.uploaderId, visitor.tenant)}</td><td>${words(appeal.action)}</td><td>${appeal.words}</td><td>${time(appeal.at)}</td>
        <td>${appeal.mine ? html`<span class="pair"><button type="button" class="approve" @click=${() => void this.#answer(appeal, true)}>Lift</button>
          <button type="button" class="refuse" @click=${() => void this.#answer(appeal, false)}>Keep</button></span>` : html`<span class="small">you had a part; another senior answers</span>`}</td></tr>`)}</tbody></table></div>`;
  }

  async #answer(appeal: AccountAppeal, lifted: boolean): Promise<void> {
    const reason = await askForWords(lifted ? "Why is the action lifted?" : "Why does the action stay?", lifted ? "Lift" : "Keep");
    if (reason === null) {
      return;
    }
    try {
      await tell(`accounts/actions/${part(appeal.actionId)}/appeal/answer`, "POST", { query: visitor.of(), body: { lifted, reason } });
      say(lifted ? "The action is lifted." : "The action stays.");
    } catch (thrown) {
      say(asProblem(thrown).message);
    }
    this.#askForAppeals();
  }
}

customElements.define("account-policy", AccountPolicyCard);
