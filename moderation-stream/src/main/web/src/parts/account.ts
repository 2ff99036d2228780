// An account: its strikes, how far rules are from being applied, actions and appeals, equal files.

import { html, nothing, type TemplateResult } from "lit";
import type { Account, AccountAction } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { counted, words } from "../words.js";
import { askForWords, say } from "./ask.js";
import { ACTIONS } from "./accountpolicy.js";
import { bar, empty, imageLink, loading, problem, time, type Shown } from "./marks.js";
import type { Loaded } from "./page.js";

export interface AccountSubject {
  readonly id: string;
  readonly tenant: string;
  readonly done: () => void;
}

const AT_ONCE = 100;

/** What became of an action, in words. */
export function became(action: AccountAction): string {
  if (action.liftedFor !== undefined) {
    const why = { OVERTURNED: "a decision was overturned", APPEAL: "on appeal", PERSON: "by a person" }[action.liftedFor] ?? words(action.liftedFor);
    return `lifted: ${why}${action.liftedBy === undefined ? "" : `, ${action.liftedBy}`}`;
  }
  return action.stands ? "stands" : "ended";
}

async function order(about: AccountSubject, path: string, body: unknown, said: string): Promise<void> {
  try {
    await tell(path, "POST", { query: visitor.of(about.tenant), body });
    say(said);
  } catch (thrown) {
    say(asProblem(thrown).message);
  }
  about.done();
}

async function act(about: AccountSubject, event: Event): Promise<void> {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  const action = String(form.get("action"));
  const days = String(form.get("days") ?? "").trim();
  const reason = await askForWords(`Why ${words(action).toLowerCase()}?`, words(action));
  if (reason !== null) {
    await order(about, `uploaders/${part(about.id)}/actions`, { action, reason, ...(days === "" ? {} : { durationSeconds: Math.round(Number(days) * 86_400) }) }, "The action was taken.");
  }
}

async function sayOf(about: AccountSubject, action: AccountAction, what: "lift" | "appeal"): Promise<void> {
  const text = await askForWords(what === "lift" ? "Why is the action lifted?" : "What does the account's owner say?", what === "lift" ? "Lift" : "Appeal");
  if (text !== null) {
    await order(about, `accounts/actions/${part(action.actionId)}/${what}`, what === "lift" ? { reason: text } : { words: text }, what === "lift" ? "The action is lifted." : "The appeal waits for a senior.");
  }
}

async function reviewAgain(about: AccountSubject): Promise<void> {
  try {
    const { waiting } = await ask<{ waiting: number }>(`uploaders/${part(about.id)}/reviews`, { method: "POST", query: visitor.of(about.tenant), body: { most: AT_ONCE } });
    say(`${counted(waiting, "upload")} of this account wait in the queue. A decides equal files at once, U takes it back.`);
  } catch (thrown) {
    say(asProblem(thrown).message);
  }
}

/** Actions, appeals, and what a senior may do. */
export function actions(loaded: Loaded<Account>, about: AccountSubject): TemplateResult {
  if (loaded.is !== "there") {
    return loaded.is === "loading" ? loading("actions") : problem(loaded.problem);
  }
  const { actions: all, scores, policyVersion } = loaded.value;
  return html`${all.length === 0 ? empty("No actions", policyVersion === 0 ? "The tenant has no account policy, so strikes lead to nothing." : "No rule was applied to this account.") : html`
    <div class="wide" tabindex="0" role="region" aria-label="Actions"><table><thead><tr><th scope="col">Action</th><th scope="col">By</th><th scope="col">When</th><th scope="col">Until</th><th scope="col">Rests on</th><th scope="col">State</th>
      <th scope="col">Appeal</th></tr></thead><tbody>${all.map((action) => row(action, about))}</tbody></table></div>`}
    ${scores.length === 0 ? nothing : html`<div class="wide" tabindex="0" role="region" aria-label="Scores of rules"><table><thead><tr><th scope="col">Rule</th><th scope="col">Action</th><th scope="col" class="number">Score</th><th scope="col" class="number">From</th>
      <th scope="col"><span class="visually-hidden">Share</span></th></tr></thead><tbody>${scores.map(({ rule, action, score, threshold }) => html`<tr><td>${rule}</td><td>${words(action)}</td><td class="number">${score.toFixed(2)}</td>
        <td class="number">${threshold}</td><td>${bar(score / threshold, score >= threshold ? "nsfw" : "")}</td></tr>`)}</tbody></table></div>`}
    ${visitor.may("senior") ? html`<form class="form" id="account-action" @submit=${(event: Event) => void act(about, event)}>
      <label>Action <select name="action">${ACTIONS.map((action) => html`<option value=${action}>${words(action)}</option>`)}</select></label>
      <label>For days <input name="days" type="number" step="any" placeholder="until it is lifted"></label>
      <div class="buttons"><button type="submit">Act on the account</button><button type="button" id="review-again" @click=${() => void reviewAgain(about)}>Review its safe uploads again</button></div></form>` : nothing}`;
}

function row(action: AccountAction, about: AccountSubject): TemplateResult {
  const { images } = action;
  return html`<tr data-action=${action.actionId}><td>${words(action.action)}</td><td>${action.takenBy ?? `rule ${action.rule ?? ""}, ${action.score.toFixed(1)} of ${action.threshold ?? ""}`}${
    action.reason === undefined ? nothing : html`<br><span class="small">${action.reason}</span>`}</td><td>${time(action.takenAt)}</td><td>${action.until === undefined ? "–" : time(action.until)}</td>
    <td>${images.slice(0, 3).map((image) => imageLink(image, about.tenant))}${images.length > 3 ? html` <span class="small">and ${images.length - 3} more</span>` : nothing}</td>
    <td>${became(action)}${action.stands && visitor.may("senior") ? html` <button type="button" class="lift" @click=${() => void sayOf(about, action, "lift")}>Lift</button>` : nothing}</td>
    <td>${appeal(action, about)}</td></tr>`;
}

function appeal(action: AccountAction, about: AccountSubject): Shown {
  if (action.appeal === undefined) {
    return action.stands && visitor.may("reviewer") && action.takenBy !== visitor.name ? html`<button type="button" class="appeal" @click=${() => void sayOf(about, action, "appeal")}>Appeal</button>` : "–";
  }
  return html`${action.appeal}<br><span class="small">${action.answer === undefined ? "waits for a senior" : `${words(action.answer)} by ${action.answeredBy ?? "a rule"}: ${action.answerReason ?? ""}`}</span>`;
}

/** Strikes, newest first. */
export function strikes(loaded: Loaded<Account>, tenant: string): TemplateResult {
  if (loaded.is !== "there") {
    return loaded.is === "loading" ? loading("strikes") : problem(loaded.problem);
  }
  const all = loaded.value.strikes;
  return all.length === 0 ? empty("No strikes", "No decision counts against this account.") : html`<div class="wide" tabindex="0" role="region" aria-label="Strikes"><table><thead><tr><th scope="col">Image</th>
    <th scope="col">Labels</th><th scope="col">Decided by</th><th scope="col">When</th><th scope="col">State</th></tr></thead><tbody>${all.map((strike) => html`<tr><td>${imageLink(strike.imageId, tenant)}</td>
      <td>${strike.labels.join(", ")}</td><td>${strike.byPerson ? strike.decidedBy : "a worker"}</td><td>${time(strike.at)}</td>
      <td>${strike.takenBackAt === undefined ? "counts" : html`taken back ${time(strike.takenBackAt)}`}</td></tr>`)}</tbody></table></div>`;
}

/** Files that the account uploaded more than once. */
export function files(loaded: Loaded<Account>, tenant: string): TemplateResult {
  if (loaded.is !== "there") {
    return loaded.is === "loading" ? loading("equal files") : problem(loaded.problem);
  }
  const all = loaded.value.files;
  return all.length === 0 ? empty("None", "Among its latest 1,000 uploads no file comes twice.") : html`<div class="wide" tabindex="0" role="region" aria-label="Equal files"><table><thead><tr><th scope="col">Latest image</th>
    <th scope="col" class="number">Images</th><th scope="col" class="number">NSFW</th></tr></thead><tbody>${all.map(({ imageIds, images, nsfw }) => html`<tr><td>${imageLink(imageIds[0] ?? "", tenant)}</td>
      <td class="number">${images}</td><td class="number">${nsfw}</td></tr>`)}</tbody></table></div>`;
}
