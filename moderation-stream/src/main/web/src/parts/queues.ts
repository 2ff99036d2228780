// The queues of a tenant: what waits in each, and for seniors what belongs into each.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { QueueRule, ReviewQueue } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { length, words } from "../words.js";
import { say } from "./ask.js";
import { loading, problem, type Shown } from "./marks.js";
import { LOADING, Page, type Loaded } from "./page.js";

const HOUR = 3600;
const DEFAULT = "default";
const NEW: ReviewQueue = {
  name: "", mine: true, waiting: 0, held: 0, overdue: 0,
  rule: { position: 100, labels: [], reasons: [], origins: [], scoreFrom: 0, scoreTo: 1, strikes: 0, reports: 0, roles: [], headStartSeconds: 0 },
};

/** The queues that this visitor may claim from; all of them where a senior asks. */
export function askForQueues(signal?: AbortSignal): Promise<ReviewQueue[]> {
  return ask<ReviewQueue[]>("review/queues", signal ? { query: visitor.of(), signal } : { query: visitor.of() });
}

/** The conditions of a rule, in words. */
export function conditions({ name, rule }: ReviewQueue): string {
  const said = [
    rule.labels.length > 0 ? `label ${rule.labels.join(" or ")}` : "",
    rule.reasons.length > 0 ? `reason ${rule.reasons.join(" or ")}` : "",
    rule.origins.length > 0 ? `because of ${rule.origins.join(" or ")}` : "",
    rule.scoreFrom > 0 || rule.scoreTo < 1 ? `score ${rule.scoreFrom} to ${rule.scoreTo}` : "",
    rule.duties?.length ? `duty ${rule.duties.map(words).join(" or ")}` : "",
    ...Object.entries(rule.attributes ?? {}).map(([name, values]) => `${name} ${values.join(" or ")}`),
    rule.strikes > 0 ? `strikes from ${rule.strikes}` : "",
    rule.reports > 0 ? `reports from ${rule.reports}` : "",
  ].filter((each) => each !== "");
  return name === DEFAULT ? "what fits no other queue" : said.length === 0 ? "everything" : said.join(", ");
}

/** A condition on the producer's attributes as a form has it, "surface=ads,profile; country=DE", and what it says; null where it cannot be read. */
export function attributesOf(text: string): Record<string, string[]> | null {
  const all: Record<string, string[]> = {};
  for (const each of text.split(";").map((part) => part.trim()).filter((part) => part !== "")) {
    const at = each.indexOf("=");
    const values = each.slice(at + 1).split(",").map((value) => value.trim()).filter((value) => value !== "");
    if (at < 1 || values.length === 0) {
      return null;
    }
    const name = each.slice(0, at).trim();
    all[name] = [...all[name] ?? [], ...values];
  }
  return all;
}

/** The same the other way round. */
export function attributesText(all: QueueRule["attributes"]): string {
  return Object.entries(all ?? {}).map(([name, values]) => `${name}=${values.join(",")}`).join("; ");
}

/** The rule that a form holds. Hours may have fractions; what is left empty is no condition. */
export function ruleOf(form: FormData): Partial<QueueRule> {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  const list = (name: string): string[] => text(name).split(",").map((each) => each.trim()).filter((each) => each !== "");
  const number = (name: string): number | undefined => (text(name) === "" ? undefined : Number(text(name)));
  const seconds = (name: string): number | undefined => {
    const hours = number(name);
    return hours === undefined ? undefined : Math.round(hours * HOUR);
  };
  const all = {
    position: number("position"), labels: list("labels"), reasons: list("reasons"), origins: list("origins"), duties: list("duties"), attributes: attributesOf(text("attributes")) ?? undefined,
    scoreFrom: number("scoreFrom"), scoreTo: number("scoreTo"), strikes: number("strikes"), reports: number("reports"), roles: list("roles"),
    headStartSeconds: seconds("headStart"), deadlineSeconds: seconds("deadline"), capacity: number("capacity"),
    escalatesTo: text("escalatesTo") === "" ? undefined : text("escalatesTo"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

class QueueList extends Page {
  #queues: Loaded<readonly ReviewQueue[]> = LOADING;
  /** The queue in the form; null where the form is closed. */
  #edited: ReviewQueue | null = null;
  #trouble = "";

  protected override arrive(): void {
    this.#ask();
    this.every(15_000, () => this.#ask());
  }

  #ask(): void {
    void this.load(() => askForQueues(this.signal), (loaded) => (this.#queues = loaded));
  }

  override render(): Shown {
    if (this.#queues.is !== "there") {
      return this.#queues.is === "loading" ? loading("queues") : problem(this.#queues.problem);
    }
    const all = this.#queues.value;
    const senior = visitor.may("senior");
    return html`<div class="wide" tabindex="0" role="region" aria-label="Queues"><table><thead><tr><th scope="col">Queue</th><th scope="col">Takes</th><th scope="col" class="number">Waiting</th>
      <th scope="col" class="number">In hands</th><th scope="col" class="number">Late</th><th scope="col" class="number">Oldest</th><th scope="col">Deadline</th><th scope="col">Who claims</th>
      ${senior ? html`<th scope="col"><span class="visually-hidden">Change</span></th>` : nothing}</tr></thead>
      <tbody>${all.map((queue) => html`<tr data-queue=${queue.name}><td>${queue.name}</td><td>${conditions(queue)}</td><td class="number">${queue.waiting.toLocaleString()}</td>
        <td class="number">${queue.held}</td><td class="number">${queue.overdue > 0 ? html`<span class="tag hot">${queue.overdue}</span>` : "0"}</td>
        <td class="number">${queue.oldestSeconds === undefined ? "–" : length(1000 * queue.oldestSeconds)}</td><td>${this.#deadline(queue)}</td>
        <td>${queue.rule.roles.length === 0 ? "every reviewer" : queue.rule.roles.join(", ")}</td>
        ${senior ? html`<td><button type="button" class="change" @click=${() => this.#edit(queue)}>Change</button></td>` : nothing}</tr>`)}</tbody></table></div>
      ${senior ? this.#edited === null ? html`<p><button type="button" id="new-queue" @click=${() => this.#edit(NEW)}>New queue</button></p>` : keyed(this.#edited.name, this.#form(this.#edited, all)) : nothing}`;
  }

  #deadline({ rule }: ReviewQueue): Shown {
    return rule.deadlineSeconds === undefined ? "–" : `${length(1000 * rule.deadlineSeconds)}${rule.escalatesTo === undefined ? "" : `, then ${rule.escalatesTo}`}`;
  }

  #edit(queue: ReviewQueue | null): void {
    this.#edited = queue;
    this.#trouble = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>("form input:not([disabled])")?.focus());
  }

  #form(queue: ReviewQueue, all: readonly ReviewQueue[]): TemplateResult {
    const { rule } = queue;
    const rest = queue.name === DEFAULT;
    const field = (name: string, label: string, value: string | number | undefined, hint = "", type = "text"): TemplateResult => html`<label>${label}
      <input name=${name} type=${type} step=${type === "number" ? "any" : nothing} placeholder=${hint} autocomplete="off" .value=${String(value ?? "")}></label>`;
    const hours = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds / HOUR);
    return html`<form class="form" id="queue-form" @submit=${(event: Event) => void this.#save(event, queue)}>
      <label>Name <input name="name" required pattern="[a-z0-9][a-z0-9\\-]{0,39}" autocomplete="off" ?disabled=${queue.name !== ""} .value=${queue.name}></label>
      ${rest ? nothing : html`${field("position", "Tried at position", rule.position, "", "number")}${field("labels", "Labels", rule.labels.join(", "), "any")}
        ${field("origins", "In review for", rule.origins.join(", "), "REVIEW, AUDIT, APPEAL, REPORT")}${field("duties", "Duties", rule.duties?.join(", "), "any")}${field("reasons", "The machine's reasons", rule.reasons.join(", "), "any")}
        ${field("scoreFrom", "Score from", rule.scoreFrom, "", "number")}${field("scoreTo", "Score to", rule.scoreTo, "", "number")}
        ${field("attributes", "Attributes of the upload", attributesText(rule.attributes), "surface=ads,profile; country=DE")}
        ${field("strikes", "Strikes from", rule.strikes, "", "number")}${field("reports", "Reports from", rule.reports, "", "number")}
        ${field("capacity", "Capacity", rule.capacity, "no limit", "number")}`}
      ${field("roles", "Who claims", rule.roles.join(", "), "every reviewer; senior; admin")}
      ${field("headStart", "Head start, hours", hours(rule.headStartSeconds), "", "number")}${field("deadline", "Deadline, hours", hours(rule.deadlineSeconds), "none", "number")}
      <label>Late items go to <select name="escalatesTo"><option value="">nowhere</option>${all.filter(({ name }) => name !== queue.name).map(({ name }) => html`
        <option value=${name} ?selected=${name === rule.escalatesTo}>${name}</option>`)}</select></label>
      <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p>
      <div class="buttons"><button type="submit" class="primary">Save</button><button type="button" @click=${() => this.#edit(null)}>Cancel</button>
        ${queue.changedAt === undefined ? nothing : html`<button type="button" id="remove-queue" @click=${() => void this.#change(queue.name, "DELETE")}>Remove</button>`}</div></form>`;
  }

  async #save(event: Event, queue: ReviewQueue): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    if (attributesOf(String(form.get("attributes") ?? "")) === null) {
      this.#trouble = "Attributes are written as surface=ads,profile; country=DE: a name, =, and one or more values.";
      this.requestUpdate();
      return;
    }
    // Values may have a comma, which the form cannot say.
    const untouched = form.get("attributes") === attributesText(queue.rule.attributes);
    const rule = { ...ruleOf(form), ...(untouched && queue.rule.attributes ? { attributes: queue.rule.attributes } : {}) };
    await this.#change(queue.name || String(form.get("name")), "PUT", rule);
  }

  async #change(name: string, method: "PUT" | "DELETE", body?: Partial<QueueRule>): Promise<void> {
    try {
      await tell(`review/queues/${part(name)}`, method, { query: visitor.of(), ...(body === undefined ? {} : { body }) });
      this.#edit(null);
      say(method === "PUT" ? `The rule of ${name} holds. What waits is sorted within seconds.` : `The queue ${name} is gone. What waited there is sorted within seconds.`);
      this.#ask();
    } catch (thrown) {
      this.#trouble = asProblem(thrown).message;
      this.requestUpdate();
    }
  }
}

customElements.define("queue-list", QueueList);
