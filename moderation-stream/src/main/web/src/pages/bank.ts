// References and policy: what was proposed, what the verdicts tell of thresholds, and what is done by command line.

import { html, type TemplateResult } from "lit";
import type { Proposal } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { live } from "../live/live.js";
import { say } from "../parts/ask.js";
import { card, empty, imageLink, loading, problem, time } from "../parts/marks.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import { percent, short } from "../words.js";

const COMMANDS = [
  ["bulwark bank build --bank mine pictures/", "makes references of a folder of pictures"],
  ["bulwark bank calibrate --bank mine --flagged-labels explicit,gore --files pictures/ --write policy.properties", "finds the thresholds for a budget of errors"],
  ["bulwark policy propose policy.properties --author ann", "proposes a policy"],
  ["bulwark policy diff", "shows what a proposed policy would change"],
  ["bulwark policy approve --by bob --version 3fa1b2", "puts it in force, by another person"],
  ["bulwark policy rollback --by bob", "takes it back"],
] as const;

class BankPage extends Page {
  #proposals: Loaded<readonly Proposal[]> = LOADING;

  protected override arrive(): void {
    this.#ask();
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
      ${card("By command line", html`<p>References are added, disabled and replaced, and policies are made and put in force, by the <code>bulwark</code> command: it has the pictures and the model. Ask it for more with <code>--help</code>.</p>
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
    return all.length === 0 ? empty("Nothing is proposed", "Reviewers propose a picture while they decide it. Whoever proposed it does not answer it.") : html`
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
