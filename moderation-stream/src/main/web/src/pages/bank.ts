// References and policy: what was proposed, what the verdicts tell of thresholds, and what is done by command line.

import { html, nothing, type TemplateResult } from "lit";
import type { Backtest, Bin, Proposal } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { conflicts } from "../live/conflicts.js";
import { live } from "../live/live.js";
import { say } from "../parts/ask.js";
import { changes, curve } from "../parts/calibration.js";
import "../parts/labellist.js";
import "../parts/policydesk.js";
import { card, empty, imageLink, loading, problem, time } from "../parts/marks.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import { first, typed, type Wanted } from "../parts/trial.js";
import { counted, percent, short } from "../words.js";

const COMMANDS = [
  ["bulwark bank build --bank mine pictures/", "makes references of a folder of pictures"],
  ["bulwark bank concepts --bank mine --pictures pictures/ --out concepts", "draws a sheet for each label: what is typical of it, and what looks out of place"],
  ["bulwark bank calibrate --bank mine --flagged-labels explicit,gore --files pictures/ --write policy.properties", "finds the thresholds for a budget of errors"],
  ["bulwark policy propose policy.properties --author ann", "proposes a policy"],
  ["bulwark policy diff", "shows what a proposed policy would change"],
  ["bulwark policy approve --by bob --version 3fa1b2", "puts it in force, by another person"],
  ["bulwark policy rollback --by bob", "takes it back"],
] as const;

const CONFLICTS = 8;

class BankPage extends Page {
  #proposals: Loaded<readonly Proposal[]> = LOADING;
  #bins: Loaded<readonly Bin[]> = LOADING;
  #backtest: Loaded<Backtest> = LOADING;
  #wanted: Wanted = first(undefined);
  #tried = 0;

  protected override arrive(): void {
    this.#ask();
    if (this.#mayTry) {
      void this.load(async () => (await ask<{ bins: Bin[] }>("cases/calibration", { query: visitor.of(), signal: this.signal })).bins, (loaded) => (this.#bins = loaded));
      this.#try(first(live.thresholds.all().findLast(({ tenant }) => tenant === visitor.tenant)));
    }
  }

  get #mayTry(): boolean {
    return visitor.may("senior") || visitor.may("curator");
  }

  /** Tries thresholds. What was asked last is shown, whatever is answered last. */
  #try(wanted: Wanted): void {
    this.#wanted = wanted;
    const number = ++this.#tried;
    const { review, flag } = wanted;
    void this.load(() => ask<Backtest>("cases/backtest", { query: { ...visitor.of(), review: String(review), flag: String(flag) }, signal: this.signal }), (loaded) => {
      if (number === this.#tried) {
        this.#backtest = loaded;
      }
    });
  }

  #ask(): void {
    if (visitor.may("curator")) {
      void this.load(() => ask<Proposal[]>("review/proposals", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#proposals = loaded));
    }
  }

  override render(): TemplateResult {
    return html`<h1 class="visually-hidden">Bank and policy</h1>
      ${card("Proposals for the bank", this.#open(), { id: "proposals" })}
      <div class="grid two">${card("Thresholds", this.#thresholds())}${card("In use", this.#versions())}</div>
      ${this.#mayTry && live.hasDatabase ? card("Policy", html`<policy-desk></policy-desk>`, { id: "policy" }) : nothing}
      ${visitor.may("reviewer") && live.hasDatabase ? card("Labels", html`<label-list></label-list>`, { id: "labels" }) : nothing}
      ${card("What other thresholds would change", this.#trial(), { id: "trial" })}
      ${card("Nearest conflicts", this.#conflicts(), { id: "conflicts" })}
      ${card("Sheets of the labels", this.#sheets(), { id: "sheets" })}
      ${card("By command line", html`<p>References are added, disabled and replaced, and policies are calibrated and put on the topic for the first time, by the <code>bulwark</code> command: it has the pictures and the model. Ask it for more with <code>--help</code>.</p>
        <dl class="commands">${COMMANDS.map(([command, what]) => html`<dt><code>${command}</code></dt><dd>${what}</dd>`)}</dl>`, { id: "commands" })}`;
  }

  #open(): TemplateResult {
    if (!visitor.may("curator")) {
      return problem({ kind: "not-allowed", message: "Proposals are for curators." });
    }
    if (this.#proposals.is !== "there") {
      return this.#proposals.is === "loading" ? loading("proposals") : problem(this.#proposals.problem);
    }
    const all = this.#proposals.value;
    return all.length === 0 ? empty("Nothing is proposed", "Reviewers propose a picture while they decide it. Another person has to answer the proposal.") : html`
      <div class="wide" tabindex="0" role="region" aria-label="Proposals"><table class="proposals"><thead><tr><th scope="col">Image</th><th scope="col">Label</th><th scope="col">Proposed by</th><th scope="col">When</th>
        <th scope="col">Content</th><th scope="col">Answer</th></tr></thead>
      <tbody>${all.map((proposal) => html`<tr data-proposal=${proposal.decisionId}><td>${imageLink(proposal.imageId, visitor.tenant)}</td><td><span class="tag">${proposal.label}</span></td>
        <td>${proposal.proposedBy}</td><td>${time(proposal.proposedAt)}</td><td class="mono">${short(proposal.contentSha256)}</td>
        <td>${proposal.proposedBy === visitor.name ? html`<span class="small">yours; another curator answers</span>` : html`<span class="pair">
          <button type="button" class="approve" @click=${() => void this.#answer(proposal, true)}>Approve</button>
          <button type="button" class="refuse" @click=${() => void this.#answer(proposal, false)}>Refuse</button></span>`}</td></tr>`)}</tbody></table></div>`;
  }

  async #answer(proposal: Proposal, approved: boolean): Promise<void> {
    try {
      await tell(`review/proposals/${part(proposal.decisionId)}/answer`, "POST", { query: visitor.of(), body: { approved } });
      say(approved ? "Approved." : "Refused.");
    } catch (thrown) {
      say(asProblem(thrown).message);
    }
    this.#ask();
  }

  #thresholds(): TemplateResult {
    const all = live.thresholds.all();
    return all.length === 0 ? empty("Not known yet", "Verdicts carry their distance to the thresholds: the first SAFE and NSFW of a policy tell them.") : html`
      <p class="small">As the verdicts of the feed tell them. At or below the first a picture is safe, at or above the second it is flagged, and people see what lies between.</p>
      ${all.map(({ tenant, policyVersion, safe, flag }) => html`<div class="policy"><p><b>${tenant}</b> <span class="small">policy ${policyVersion === null ? "of the settings" : short(policyVersion)}</span></p>
        <div class="zones" role="img" aria-label="safe up to ${safe?.toFixed(2) ?? "unknown"}, flagged from ${flag?.toFixed(2) ?? "unknown"}">
          <span class="zone safe" .style=${`width: ${percent(safe ?? 0)}`}></span><span class="zone review" .style=${`width: ${percent((flag ?? 1) - (safe ?? 0))}`}></span>
          <span class="zone nsfw" .style=${`width: ${percent(1 - (flag ?? 1))}`}></span></div>
        <p class="small">safe ≤ ${safe?.toFixed(3) ?? "not told yet"}, flag ≥ ${flag?.toFixed(3) ?? "not told yet"}</p></div>`)}`;
  }

  #trial(): TemplateResult {
    if (!this.#mayTry) {
      return problem({ kind: "not-allowed", message: "What other thresholds would change is for seniors and curators." });
    }
    if (this.#bins.is !== "there") {
      return this.#bins.is === "loading" ? loading("the scores") : problem(this.#bins.problem);
    }
    const bins = this.#bins.value;
    if (bins.length === 0) {
      return empty("No case yet", "The scores of all decisions are counted here, with what people made of them.");
    }
    const now = this.#wanted;
    const field = (name: keyof Wanted, text: string): TemplateResult => html`<label>${text} <input name=${name} type="number" min="0" max="1" step="any" required .value=${String(Number(now[name].toFixed(4)))}></label>`;
    return html`<div class="trial"><div>${curve(bins, now)}</div><div>
      <form class="form" @submit=${(event: Event) => event.preventDefault()} @change=${(event: Event) => this.#change(event)}>
        ${field("review", "Review above")}${field("flag", "Flag from")}</form>
      ${this.#backtest.is === "loading" ? loading("what would change") : this.#backtest.is === "failed" ? problem(this.#backtest.problem) : changes(this.#backtest.value)}
      <p class="small">Of the scores in the casebook: one for each picture. Labels with thresholds of their own, known copies and unfamiliar pictures are decided otherwise. What another bank or model
        would change is shown by <code>bulwark casebook backtest</code>.</p></div></div>`;
  }

  #change(event: Event): void {
    const form = new FormData((event.target as HTMLInputElement).form!);
    const wanted = typed(String(form.get("review")), String(form.get("flag")));
    if (wanted !== null) {
      this.#try(wanted);
      this.requestUpdate();
    }
  }

  #conflicts(): TemplateResult {
    const all = conflicts(live.arrivals.flatMap(({ verdict }) => (verdict === null ? [] : [verdict])), CONFLICTS);
    return all.length === 0 ? empty("None among the verdicts of this page", "Two references of different labels that are nearly equally near to a picture are listed here.") : html`
      <p class="small">The nearest two references of different labels, the narrowest first: one of them may have a wrong label, or the bank lacks a reference between them.</p>
      <div class="wide" tabindex="0" role="region" aria-label="Nearest conflicts"><table><thead><tr><th scope="col">Nearest</th><th scope="col">Against</th><th scope="col" class="number">Apart</th>
        <th scope="col" class="number">Pictures</th><th scope="col">For example</th></tr></thead>
      <tbody>${all.map(({ one, other, gap, pictures, verdict }) => html`<tr>${[one, other].map((each) => html`<td><span class="tag">${each.label}</span> ${each.similarity.toFixed(3)}
          <span class="cut small mono" title=${each.referenceId}>${each.referenceId}</span></td>`)}<td class="number">${gap.toFixed(3)}</td>
        <td class="number" title=${counted(pictures, "picture")}>${pictures}</td><td>${imageLink(verdict.imageId, verdict.tenant)}</td></tr>`)}</tbody></table></div>`;
  }

  #sheets(): TemplateResult {
    const link = live.system?.conceptsUrl;
    return html`<p>A sheet shows what the encoder takes for typical of a label, its nearest conflicts with other labels, and references that look out of place. <code>bulwark bank concepts</code> draws them.</p>
      ${link ? html`<p><a id="sheets" href=${link} target="_blank" rel="noopener noreferrer">Open the sheets</a> <span class="small">They show pictures of the bank and are not blurred.</span></p>`
        : html`<p class="small">Where they lie is not set (<code>bulwark.console.concepts-url</code>).</p>`}`;
  }

  #versions(): TemplateResult {
    const used = new Map<string, { count: number; latest: string }>();
    for (const { verdict } of live.arrivals) {
      if (verdict !== null) {
        for (const [kind, version] of [["Bank", verdict.bankVersion], ["Policy", verdict.policyVersion], ["Model", verdict.modelFingerprint], ["Preprocessing", verdict.preprocessFingerprint]] as const) {
          if (version !== null) {
            const name = `${kind}\n${version}`;
            const { count = 0, latest = verdict.decidedAt } = used.get(name) ?? {};
            used.set(name, { count: count + 1, latest });
          }
        }
      }
    }
    return used.size === 0 ? empty("No verdict yet", "What the workers use is read off their verdicts.") : html`<table><thead><tr><th scope="col">What</th><th scope="col">Version</th>
      <th scope="col" class="number">Verdicts</th></tr></thead><tbody>${[...used].sort().map(([name, { count }]) => {
        const [kind = "", version = ""] = name.split("\n");
        return html`<tr><td>${kind}</td><td class="mono" title=${version}>${short(version)}</td><td class="number">${count}</td></tr>`;
      })}</tbody></table><p class="small">Of the ${live.arrivals.length} verdicts that this page has.</p>`;
  }
}

customElements.define("bank-page", BankPage);
