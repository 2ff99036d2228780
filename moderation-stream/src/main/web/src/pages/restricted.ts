// Cases for designated staff: the list, a claim with its reason, the case in words, and its decision. No picture is shown.

import { html, nothing, type TemplateResult } from "lit";
import type { RestrictedCase, RestrictedDetails, RestrictedDestruction } from "../api/documents.js";
import { ask, asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { askForWords, say } from "../parts/ask.js";
import { card, empty, facts, loading, problem, time, type Shown } from "../parts/marks.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import { words } from "../words.js";

const WHY = "Why do you look? The audit log keeps this for ever: name no person and no image.";

/** What a case waits for, in words. */
export function standing(one: Pick<RestrictedCase, "state" | "decision" | "checked">): string {
  switch (one.state) {
    case "OPEN": return "Waits for a person";
    case "SECOND": return one.decision === "AUTOMATIC" ? "Reported by a match; a person checks" : `${words(one.decision ?? "")}; another person checks`;
    case "CLOSED": return one.checked === one.decision || one.decision === "AUTOMATIC" ? words(one.checked ?? "") : `${words(one.decision ?? "")}, then ${words(one.checked ?? "").toLowerCase()}`;
    default: return words(one.state);
  }
}

class RestrictedPage extends Page {
  #cases: Loaded<readonly RestrictedCase[]> = LOADING;
  #gone: Loaded<readonly RestrictedDestruction[]> = LOADING;
  #open: RestrictedDetails | null = null;

  protected override arrive(): void {
    if (visitor.may("child-safety")) {
      this.#ask();
      this.every(15_000, () => this.#ask());
    }
  }

  #ask(): void {
    const { signal } = this;
    void this.load(() => ask<RestrictedCase[]>("restricted/cases", { signal }), (loaded) => (this.#cases = loaded));
    void this.load(() => ask<RestrictedDestruction[]>("restricted/destructions", { signal }), (loaded) => (this.#gone = loaded));
  }

  override render(): TemplateResult {
    if (!visitor.may("child-safety")) {
      return html`<h1 class="visually-hidden">Restricted</h1>${problem({ kind: "not-allowed", message: "These cases are for designated staff." })}`;
    }
    return html`<h1 class="visually-hidden">Restricted</h1>
      <p>For designated staff alone. Your counsel has to have checked how these cases are handled. No picture is shown here. Keys: <kbd>c</kbd> claims the next case.</p>
      <p class="buttons"><button type="button" id="claim" class="primary" @click=${() => void this.#claim()}>Claim the next case</button></p>
      ${this.#open === null ? nothing : this.#details(this.#open)}
      ${card("Cases", this.#list(), { id: "cases" })}
      ${card("Destroyed", this.#destroyed(), { id: "destroyed" })}`;
  }

  onKey(event: KeyboardEvent): boolean {
    if (event.key.toLowerCase() !== "c" || !visitor.may("child-safety")) {
      return false;
    }
    void this.#claim();
    return true;
  }

  #list(): Shown {
    if (this.#cases.is !== "there") {
      return this.#cases.is === "loading" ? loading("cases") : problem(this.#cases.problem);
    }
    return this.#cases.value.length === 0 ? empty("No cases", "A match of a restricted list opens one.") : html`
      <div class="wide" tabindex="0" role="region" aria-label="Cases"><table><thead><tr><th scope="col">Opened</th><th scope="col">Severity</th><th scope="col">State</th>
        <th scope="col">Report</th><th scope="col">Kept until</th><th scope="col"><span class="visually-hidden">Look</span></th></tr></thead>
      <tbody>${this.#cases.value.map((one) => html`<tr data-case=${one.caseId}><td>${time(one.openedAt)}</td><td>${one.severity ?? ""}</td><td>${standing(one)}</td>
        <td>${one.report === undefined ? "" : words(one.report)}${one.trouble === undefined ? nothing : html` <span class="small">${one.trouble}</span>`}</td><td>${time(one.endsAt)}</td>
        <td><button type="button" aria-label="Look at the case of ${one.openedAt}" @click=${() => void this.#look(one.caseId)}>Look</button></td></tr>`)}</tbody></table></div>`;
  }

  #destroyed(): Shown {
    if (this.#gone.is !== "there") {
      return this.#gone.is === "loading" ? loading("records of destruction") : problem(this.#gone.problem);
    }
    return this.#gone.value.length === 0 ? empty("None", "A case is destroyed a year after its report, or when two people lift it.") : html`
      <ul>${this.#gone.value.map((one) => html`<li>${time(one.destroyedAt)}: ${one.ground}, opened ${time(one.openedAt)}${one.reportId === undefined ? "" : `, report ${one.reportId}`}</li>`)}</ul>`;
  }

  #details(one: RestrictedDetails): TemplateResult {
    const { summary } = one;
    const claimed = one.leaseId !== undefined;
    return card("Case", html`${facts([
      ["State", standing(summary)], ["Image", one.imageId], ["Uploader", one.uploaderId], ["SHA-256", html`<span class="cut mono" title=${one.contentSha256}>${one.contentSha256}</span>`],
      ["Label", one.label], ["List", one.list], ["Entry", one.entry], ["Match", one.hashKind], ["Severity", summary.severity],
      ["List is verified", one.verified ? "yes" : "no"], ["Uploaded", time(one.uploadedAt)], ["File", words(one.file)], ["Viewed by staff", one.viewed ? "yes" : "no"],
      ["Decided by", summary.decidedBy], ["Checked by", summary.checkedBy], ["Report", one.reportId], ["Kept until", time(summary.endsAt)], ["Legal ground", one.holdGround],
      ["Claimed until", time(one.leaseUntil)],
    ])}
    ${claimed ? html`<form class="form" id="ruling" @submit=${(event: Event) => void this.#decide(event, one)}>
      <label>Ruling <select name="ruling" required><option value="">choose</option><option value="CONFIRMED">Confirmed</option><option value="NOT_CONFIRMED">Not confirmed</option></select></label>
      <label class="check"><input type="checkbox" name="viewed"> Staff viewed the file itself, elsewhere</label>
      <label class="whole">Reason <textarea name="reason" rows="2" required minlength="4" maxlength="500"></textarea></label>
      <div class="buttons"><button type="submit" class="primary">Decide</button><button type="button" @click=${() => this.#show(null)}>Close</button></div></form>`
      : html`<div class="buttons">${summary.report === "REFUSED" ? html`<button type="button" @click=${() => void this.#again(summary.caseId)}>Send the report again</button>` : nothing}
        <button type="button" @click=${() => this.#show(null)}>Close</button></div>
        <form class="form" id="extend" @submit=${(event: Event) => void this.#extend(event, summary.caseId)}>
        <label>Keep until <input type="date" name="until" required></label><label>Legal ground <input name="ground" required minlength="4" maxlength="500" autocomplete="off"></label>
        <label>Reason <input name="reason" required minlength="4" maxlength="500" autocomplete="off"></label>
        <div class="buttons"><button type="submit">Keep longer</button></div></form>`}`, { id: "case" });
  }

  #show(details: RestrictedDetails | null): void {
    this.#open = details;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(details === null ? "#claim" : "[data-card=case] select, [data-card=case] button")?.focus());
  }

  async #claim(): Promise<void> {
    const reason = await askForWords(WHY, "Claim");
    await this.#do(reason, async (body) => {
      const claimed = await ask<RestrictedDetails | null>("restricted/claims", { method: "POST", body });
      this.#show(claimed);
      say(claimed === null ? "Nothing waits for you." : "The case is yours.");
    });
  }

  async #look(id: string): Promise<void> {
    await this.#do(await askForWords(WHY, "Look"), async (body) => this.#show(await ask<RestrictedDetails>(`restricted/cases/${part(id)}/looks`, { method: "POST", body })));
  }

  async #again(id: string): Promise<void> {
    await this.#do(await askForWords("Why is the report sent again?", "Send"), (body) => tell(`restricted/cases/${part(id)}/report`, "POST", { body }));
  }

  async #decide(event: Event, one: RestrictedDetails): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    await this.#do(String(form.get("reason")), async ({ reason }) => {
      const body = { leaseId: one.leaseId, ruling: form.get("ruling"), viewed: form.get("viewed") !== null, reason };
      await tell(`restricted/cases/${part(one.summary.caseId)}/decision`, "POST", { body });
      this.#show(null);
      say("Decided.");
    });
  }

  async #extend(event: Event, id: string): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    await this.#do(String(form.get("reason")), async ({ reason }) => {
      const body = { until: `${String(form.get("until"))}T00:00:00Z`, ground: form.get("ground"), reason };
      await tell(`restricted/cases/${part(id)}/hold`, "POST", { body });
      this.#show(null);
      say("The case is kept longer.");
    });
  }

  async #do(reason: string | null, what: (body: { reason: string }) => Promise<void>): Promise<void> {
    if (reason === null) {
      return;
    }
    try {
      await what({ reason });
    } catch (thrown) {
      say(asProblem(thrown).message);
    }
    this.#ask();
  }
}

customElements.define("restricted-page", RestrictedPage);
