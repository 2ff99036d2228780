// The policies of a tenant: what is in force, what is proposed with its measured effect, and what was in force before. One
// person proposes, another approves, either goes back; each request names the state that was looked at.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Backtest, Bin, DrawnEffect, Policies, Policy, PolicyChange, PolicyDifference, PolicyRule, WatchedRate } from "../api/documents.js";
import { ask, asProblem } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { counted, short, words } from "../words.js";
import { askForWords, say } from "./ask.js";
import { changes, curve } from "./calibration.js";
import { badge, empty, facts, loading, problem, time, type Shown } from "./marks.js";
import { LOADING, Page, type Loaded } from "./page.js";
import { band, NAMES } from "./promises.js";

interface Wanted {
  readonly flag: number;
  readonly safe: number;
}

const AGAIN_MILLIS = 10_000;
const ACTIONS = ["FLAG", "REVIEW", "IGNORE"] as const;
const SAID: Record<string, string> = { PROPOSED: "proposed", WITHDRAWN: "took back", APPROVED: "approved", ROLLED_BACK: "rolled back to", BY_COMMAND: "by command" };

/** The thresholds and rules that a form holds; a rule without thresholds has the policy's. A label without a name is left out. */
export function policyOf(form: FormData, rows: number): Wanted & { readonly labels: Record<string, PolicyRule>; readonly note: string } {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  const own = (name: string): object => (text(name) === "" ? {} : { [name.split("-")[0]!]: Number(text(name)) });
  const labels: Record<string, PolicyRule> = {};
  for (let row = 0; row < rows; row++) {
    const name = text(`label-${row}`);
    if (name !== "") {
      labels[name] = { action: text(`action-${row}`), ...own(`flag-${row}`), ...own(`safe-${row}`) };
    }
  }
  return { flag: Number(text("flag")), safe: Number(text("safe")), labels, note: text("note") };
}

/** Whether thresholds can be in a policy. */
export function isAllowed({ flag, safe }: Wanted): boolean {
  return flag > 0 && flag <= 1 && safe >= 0 && safe < flag;
}

class PolicyDesk extends Page {
  #standing: Loaded<Policies> = LOADING;
  #done: Loaded<readonly PolicyChange[]> = LOADING;
  #bins: Loaded<readonly Bin[]> = LOADING;
  #watched: Loaded<readonly WatchedRate[]> = LOADING;
  #backtest: Loaded<Backtest> = LOADING;
  #drawn: Loaded<DrawnEffect> = LOADING;
  /** The thresholds whose effect is shown. */
  #wanted: Wanted | null = null;
  #tried = 0;
  #editing = false;
  #trouble = "";

  protected override arrive(): void {
    this.#ask();
    const { signal } = this;
    void this.load(async () => (await ask<{ bins: Bin[] }>("cases/calibration", { query: visitor.of(), signal })).bins, (loaded) => (this.#bins = loaded));
    void this.load(() => ask<WatchedRate[]>("promises", { query: visitor.of(), signal }), (loaded) => (this.#watched = loaded));
    this.every(AGAIN_MILLIS, () => this.#ask());
  }

  #ask(): void {
    const { signal } = this;
    void this.load(() => ask<Policies>("policies", { query: visitor.of(), signal }), (loaded) => this.#show(loaded));
    void this.load(() => ask<PolicyChange[]>("policies/changes", { query: visitor.of(), signal }), (loaded) => (this.#done = loaded));
  }

  #show(loaded: Loaded<Policies>): void {
    this.#standing = loaded;
    if (loaded.is === "there" && !this.#editing) {
      const { proposal } = loaded.value;
      if (proposal === undefined) {
        this.#wanted = null;
      } else if (proposal.flag !== this.#wanted?.flag || proposal.safe !== this.#wanted.safe) {
        this.#try(proposal);
      }
    }
  }

  /** Measures thresholds. What was asked last is shown, whatever is answered last. */
  #try({ flag, safe }: Wanted): void {
    this.#wanted = { flag, safe };
    const number = ++this.#tried;
    const { signal } = this;
    const last = <T>(into: (loaded: Loaded<T>) => void) => (loaded: Loaded<T>): void => {
      if (number === this.#tried) {
        into(loaded);
      }
    };
    void this.load(() => ask<Backtest>("cases/backtest", { query: { ...visitor.of(), flag: String(flag), review: String(safe) }, signal }), last<Backtest>((loaded) => (this.#backtest = loaded)));
    void this.load(() => ask<DrawnEffect>("policies/effect", { query: { ...visitor.of(), flag: String(flag), safe: String(safe) }, signal }), last<DrawnEffect>((loaded) => (this.#drawn = loaded)));
  }

  override render(): Shown {
    if (this.#standing.is !== "there") {
      return this.#standing.is === "loading" ? loading("policies") : problem(this.#standing.problem);
    }
    const standing = this.#standing.value;
    const { inForce } = standing;
    if (inForce === undefined) {
      return empty("No policy on the topic", html`Workers decide by their own settings. Put the calibrated policy on the topic once, with <code>bulwark policy propose</code> and <code>approve</code>; from then on it is
        changed here.`);
    }
    return html`<h3>In force</h3>${this.#policy(inForce)}
      <p class="small" id="policy-state" role="status">${standing.inherited ? "It is that of tenant default, which decides for tenants without one. " : ""}${standing.publishing ? "A change is on its way to the workers." : "Workers have it."}</p>
      ${this.#editing ? keyed(standing.revision, this.#form(inForce)) : html`<p class="buttons"><button type="button" id="change-policy" @click=${() => this.#edit(true)}>Change thresholds</button></p>`}
      ${this.#editing || standing.proposal === undefined ? nothing : this.#proposal(standing, standing.proposal)}
      ${this.#wanted === null ? nothing : this.#effect(this.#wanted)}
      <p class="trouble" role="alert" ?hidden=${this.#trouble === "" || this.#editing}>${this.#trouble}</p>
      <h3>Before</h3>${this.#history(standing)}${this.#log()}`;
  }

  #policy(policy: Policy): TemplateResult {
    const own = Object.entries(policy.labels).map(([label, { action, flag, safe }]) => html`<span class="tag">${label}: ${words(action).toLowerCase()}${
      flag === undefined && safe === undefined ? "" : ` (${safe ?? policy.safe} to ${flag ?? policy.flag})`}</span> `);
    return facts([
      ["Version", html`<span class="mono" title=${policy.version}>${short(policy.version)}</span>`],
      ["Thresholds", html`<span data-thresholds>safe ≤ ${policy.safe}, flag ≥ ${policy.flag}</span>`],
      ["Labels", html`${own}`],
      ["Made for", `bank ${policy.madeFor.bank}, model ${short(policy.madeFor.model)}`],
      ["Proposed", policy.author === undefined ? null : html`by ${policy.author} ${time(policy.proposedAt)}`],
      ["Approved", policy.approver === undefined ? null : html`by ${policy.approver} ${time(policy.approvedAt)}`],
      ["Note", policy.note],
    ]);
  }

  #edit(open: boolean): void {
    this.#editing = open;
    this.#trouble = "";
    this.#wanted = null;
    if (this.#standing.is === "there") {
      if (open) {
        this.#try(this.#standing.value.proposal ?? this.#standing.value.inForce!);
      } else {
        this.#show(this.#standing);
      }
    }
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(open ? "#policy-form input" : "#change-policy")?.focus());
  }

  #form(inForce: Policy): TemplateResult {
    const rules: (readonly [string, PolicyRule])[] = [...Object.entries(inForce.labels), ["", { action: "FLAG" }]];
    const number = (name: string, label: string, value: number | undefined, required: boolean, hint = ""): TemplateResult => html`<label>${label}
      <input name=${name} type="number" min="0" max="1" step="any" ?required=${required} placeholder=${hint} .value=${String(value ?? "")}></label>`;
    return html`<form class="form" id="policy-form" @submit=${(event: Event) => void this.#propose(event, rules.length)} @change=${(event: Event) => this.#change(event)}>
      ${number("safe", "Safe up to", inForce.safe, true)}${number("flag", "Flag from", inForce.flag, true)}
      ${rules.map(([label, rule], row) => html`<fieldset class="rule"><legend>${label === "" ? "Another label" : `Label ${label}`}</legend>
        ${label === "" ? html`<label>Name <input name="label-${row}" maxlength="200" autocomplete="off"></label>` : html`<input type="hidden" name="label-${row}" .value=${label}>`}
        <label>Action <select name="action-${row}">${ACTIONS.map((action) => html`<option value=${action} ?selected=${action === rule.action}>${words(action)}</option>`)}</select></label>
        ${number(`safe-${row}`, "Safe up to", rule.safe, false, "as the policy")}${number(`flag-${row}`, "Flag from", rule.flag, false, "as the policy")}</fieldset>`)}
      <label class="whole">Why <textarea name="note" rows="2" maxlength="4000" required></textarea></label>
      <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p>
      <div class="buttons"><button type="submit" class="primary">Propose</button><button type="button" @click=${() => this.#edit(false)}>Cancel</button></div></form>`;
  }

  #change(event: Event): void {
    const { flag, safe } = policyOf(new FormData((event.target as HTMLInputElement).form!), 0);
    if (isAllowed({ flag, safe }) && (flag !== this.#wanted?.flag || safe !== this.#wanted.safe)) {
      this.#try({ flag, safe });
      this.requestUpdate();
    }
  }

  async #propose(event: Event, rows: number): Promise<void> {
    event.preventDefault();
    if (await this.#send("proposal", policyOf(new FormData(event.target as HTMLFormElement), rows), "It is proposed. Workers run it beside what is in force; another person approves it.")) {
      this.#edit(false);
    }
  }

  #proposal(standing: Policies, proposal: Policy): TemplateResult {
    const own = proposal.author?.trim().toLowerCase() === visitor.name.trim().toLowerCase();
    return html`<section id="policy-proposal" aria-label="Proposal"><h3>Proposed</h3>${this.#policy(proposal)}${differences(standing.differences ?? [], "in force", "proposed")}${this.#shadow(standing)}
      <div class="buttons">${own ? html`<span class="small">yours; another person approves it</span>` : html`<button type="button" class="primary" id="approve-policy" @click=${() => void this.#send("approval", {}, "It is in force.")}>Approve</button>`}
        <button type="button" id="withdraw-policy" @click=${() => void this.#send("withdrawal", {}, "It is taken back.")}>Take back</button></div></section>`;
  }

  /** What the workers say of the proposal, on what really came. */
  #shadow({ shadow }: Policies): TemplateResult {
    return shadow === undefined || shadow.verdicts === 0 ? html`<p class="small" id="policy-shadow">No verdict since it was proposed. Workers that it was made for say of each what it would have decided.</p>` : html`
      <p id="policy-shadow">Of ${counted(shadow.verdicts, "verdict")} since ${time(shadow.since)} it would have decided ${shadow.otherwise.toLocaleString()} otherwise.</p>
      <div class="wide" tabindex="0" role="region" aria-label="What the proposal would have decided"><table><thead><tr><th scope="col">Was</th><th scope="col">Would be</th><th scope="col" class="number">Verdicts</th></tr></thead>
      <tbody>${shadow.counts.map(({ decided, would, verdicts }) => html`<tr><td>${badge(decided)}</td><td>${badge(would)}</td><td class="number">${verdicts.toLocaleString()}</td></tr>`)}</tbody></table></div>`;
  }

  #effect(wanted: Wanted): TemplateResult {
    const bins = this.#bins.is === "there" ? this.#bins.value : [];
    return html`<section id="policy-effect" aria-label="Measured effect"><h3>Measured effect of safe ≤ ${wanted.safe}, flag ≥ ${wanted.flag}</h3>
      <div class="trial"><div>${bins.length === 0 ? nothing : curve(bins, { review: wanted.safe, flag: wanted.flag })}</div><div>
        ${this.#backtest.is === "loading" ? loading("what would change") : this.#backtest.is === "failed" ? problem(this.#backtest.problem) : changes(this.#backtest.value, "policy-changes")}</div></div>
      ${this.#drawn.is === "loading" ? loading("the draws") : this.#drawn.is === "failed" ? problem(this.#drawn.problem) : drawn(this.#drawn.value)}
      ${this.#watched.is !== "there" ? nothing : html`<p class="small">Watched now: ${this.#watched.value.map((rate) => html`${NAMES[rate.rate] ?? words(rate.rate)}: ${band(rate)}. `)}</p>`}
      <p class="small">Stored scores and draws know one score for each picture: labels with thresholds of their own, known copies and unfamiliar pictures are measured by the proposal's run beside what is in force.</p></section>`;
  }

  #history({ history }: Policies): TemplateResult {
    return history.length === 0 ? html`<p class="small">Nothing was in force before.</p>` : html`<div class="wide" tabindex="0" role="region" aria-label="Earlier policies"><table id="policy-history"><thead><tr><th scope="col">Version</th>
        <th scope="col">Approved</th><th scope="col">Going back changes</th><th scope="col"><span class="visually-hidden">Roll back</span></th></tr></thead>
      <tbody>${history.map(({ policy, differences: back, fits }) => html`<tr data-version=${policy.version}><td class="mono" title=${policy.version}>${short(policy.version)}</td><td>${policy.approver ?? ""} ${time(policy.approvedAt)}</td>
        <td>${said(back)}</td><td>${fits ? html`<button type="button" class="roll-back" @click=${() => void this.#rollBack(policy)}>Roll back</button>` : html`<span class="small">made for another bank or model</span>`}</td></tr>`)}</tbody></table></div>`;
  }

  async #rollBack({ version }: Policy): Promise<void> {
    const note = await askForWords("Why is the earlier policy to be in force again?", "Roll back");
    if (note !== null) {
      await this.#send("rollback", { version, note }, "The earlier policy is in force again.");
    }
  }

  #log(): TemplateResult {
    const all = this.#done.is === "there" ? this.#done.value : [];
    return html`<details id="policy-log"><summary>What was done (${all.length})</summary><ol class="plain">${all.map((each) => html`<li>${time(each.at)} <b>${each.by}</b> ${SAID[each.kind] ?? words(each.kind)}
      ${each.version === undefined ? "" : html`<span class="mono" title=${each.version}>${short(each.version)}</span>`}: ${said(each.differences)}${each.note === undefined ? nothing : html` <q>${each.note}</q>`}</li>`)}</ol></details>`;
  }

  async #send(what: "proposal" | "withdrawal" | "approval" | "rollback", more: object, done: string): Promise<boolean> {
    if (this.#standing.is !== "there") {
      return false;
    }
    try {
      const value = await ask<Policies>(`policies/${what}`, { method: "POST", query: visitor.of(), body: { revision: this.#standing.value.revision, ...more } });
      this.#trouble = "";
      this.#show({ is: "there", value });
      say(done);
      this.#ask();
      this.requestUpdate();
      return true;
    } catch (thrown) {
      this.#trouble = asProblem(thrown).message;
      say(this.#trouble);
      this.requestUpdate();
      return false;
    }
  }
}

/** What one policy has in the place of another's. */
function differences(all: readonly PolicyDifference[], before: string, after: string): TemplateResult {
  return html`<div class="wide" tabindex="0" role="region" aria-label="Differences"><table class="differences"><thead><tr><th scope="col">Setting</th><th scope="col">${before}</th><th scope="col">${after}</th></tr></thead>
    <tbody>${all.map((each) => html`<tr><th scope="row">${each.name}</th><td>${each.before ?? "–"}</td><td>${each.after ?? "–"}</td></tr>`)}</tbody></table></div>`;
}

function said(all: readonly PolicyDifference[]): string {
  return all.length === 0 ? "nothing" : all.map(({ name, before = "–", after = "–" }) => `${name} ${before} → ${after}`).join(", ");
}

function drawn({ draws, withoutScore, rates }: DrawnEffect): TemplateResult {
  return draws === 0 ? html`<p class="small" id="policy-drawn">No answered draw yet: error rates of all traffic are measured on a random sample that two people review.</p>` : html`
    <div class="wide" tabindex="0" role="region" aria-label="Error rates of all traffic"><table id="policy-drawn"><thead><tr><th scope="col">Rate</th><th scope="col">In force</th><th scope="col">Would be</th><th scope="col" class="number">Draws</th></tr></thead>
    <tbody>${rates.map(({ rate, base, now, would }) => html`<tr><th scope="row">${NAMES[rate] ?? words(rate)}</th><td>${band(now)}</td><td>${band(would)}</td><td class="number">${base}</td></tr>`)}</tbody></table></div>
    ${withoutScore === 0 ? nothing : html`<p class="small">${counted(withoutScore, "answered draw")} without a stored score, past retention or erased, ${withoutScore === 1 ? "is" : "are"} not in it.</p>`}`;
}

customElements.define("policy-desk", PolicyDesk);
