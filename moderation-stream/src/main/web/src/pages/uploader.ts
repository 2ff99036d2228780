// What one account did.

import { html, nothing, type TemplateResult } from "lit";
import type { Account, Audit, Campaign, CampaignInFull, CampaignPage, CasePage, Hold, Uploader } from "../api/documents.js";
import { ask, part } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { live } from "../live/live.js";
import { alarm, badge, card, empty, imageLink, loading, problem, time } from "../parts/marks.js";
import { actions, files, strikes } from "../parts/account.js";
import { campaigns } from "../parts/campaigns.js";
import { holds } from "../parts/holds.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import { windows } from "../parts/windows.js";
import { address } from "../router.js";
import { length, words } from "../words.js";

const WINDOWS = 30;
const IMAGES = "20";
/** The latest campaigns, whose members are asked for. */
const CAMPAIGNS = 10;

class UploaderPage extends Page {
  #uploader: Loaded<Uploader> = LOADING;
  #audits: Loaded<readonly Audit[]> = LOADING;
  #cases: Loaded<CasePage> = LOADING;
  #holds: Loaded<readonly Hold[]> = LOADING;
  #account: Loaded<Account> = LOADING;
  #campaigns: Loaded<readonly Campaign[]> = LOADING;

  get #tenant(): string {
    return this.route.query.get("tenant") ?? visitor.tenant;
  }

  protected override arrive(): void {
    const { id } = this.route;
    const query = visitor.of(this.#tenant);
    const { signal } = this;
    const still = (): boolean => this.route.id === id;
    this.#uploader = this.#audits = this.#cases = this.#holds = LOADING;
    void this.load(() => ask<Uploader>(`uploaders/${part(id)}`, { query, signal }), (loaded) => still() && (this.#uploader = loaded));
    void this.load(() => ask<Audit[]>(`uploaders/${part(id)}/audits`, { query, signal }), (loaded) => still() && (this.#audits = loaded));
    void this.load(() => ask<CasePage>("cases", { query: { ...query, uploader: id, limit: IMAGES }, signal }), (loaded) => still() && (this.#cases = loaded));
    this.#askForHolds();
    this.#account = this.#campaigns = LOADING;
    this.#askForAccount();
    void this.load(() => this.#found(id), (loaded) => still() && (this.#campaigns = loaded));
  }

  #askForAccount(): void {
    const { id } = this.route;
    if (visitor.may("reviewer")) {
      void this.load(() => ask<Account>(`uploaders/${part(id)}/account`, { query: visitor.of(this.#tenant), signal: this.signal }), (loaded) => this.route.id === id && (this.#account = loaded));
    }
  }

  /** The latest campaigns of which an image of the account is listed. */
  async #found(id: string): Promise<readonly Campaign[]> {
    const query = visitor.of(this.#tenant);
    const { signal } = this;
    const { campaigns: latest } = await ask<CampaignPage>("campaigns", { query: { ...query, limit: String(CAMPAIGNS) }, signal });
    const whole = await Promise.all(latest.map(({ campaignId }) => ask<CampaignInFull>(`campaigns/${part(campaignId)}`, { query, signal })));
    return whole.filter(({ members }) => members.some(({ uploaderId }) => uploaderId === id));
  }

  #askForHolds(): void {
    if (visitor.may("senior")) {
      void this.load(() => ask<Hold[]>("holds", { query: visitor.of(this.#tenant), signal: this.signal }), (loaded) => (this.#holds = loaded));
    }
  }

  override render(): TemplateResult {
    return html`<div class="page-head"><p class="small">Uploader</p><h1 class="mono break">${this.route.id}</h1></div>
      ${this.#tiles()}
      ${card("Windows", windows(this.#uploader, WINDOWS))}
      ${visitor.may("reviewer") && live.hasDatabase ? html`${card("Actions", actions(this.#account, { id: this.route.id, tenant: this.#tenant, done: () => this.#askForAccount() }), { id: "actions" })}
        <div class="grid two">${card("Strikes", strikes(this.#account, this.#tenant), { id: "strikes" })}
          <div class="column">${card("Equal files", files(this.#account, this.#tenant), { id: "files" })}${card("Campaigns", this.#joined(), { id: "campaigns" })}</div></div>` : nothing}
      <div class="grid two">
        ${card("Latest images", this.#images(), { id: "images" })}
        <div class="column">${card("Suspected attacks", this.#attacks(), { id: "audits" })}
        ${visitor.may("senior") ? card("Legal hold", holds(this.#holds, { subject: "uploader", id: this.route.id, tenant: this.#tenant, done: () => this.#askForHolds() }), { id: "hold" }) : nothing}</div>
      </div>`;
  }

  #tiles(): TemplateResult | typeof nothing {
    if (this.#uploader.is !== "there") {
      return nothing;
    }
    const { windows: all, level } = this.#uploader.value;
    const widest = all.find(({ window }) => window === "7d") ?? all.find(({ window }) => window === "24h") ?? all[0];
    if (widest === undefined) {
      return nothing;
    }
    const tile = (name: string, value: string, about: string, tone = ""): TemplateResult =>
      html`<div class="tile ${tone}"><span class="small">${name}</span><b>${value}</b><span class="small">${about}</span></div>`;
    const seen = all.reduce((latest, { lastSeenAt }) => (lastSeenAt > latest ? lastSeenAt : latest), "");
    return html`<div class="tiles">
      ${tile("Strikes", String(widest.strikes), `within ${widest.window}`, widest.strikes > 0 ? "nsfw" : "")}
      ${level === undefined ? nothing : tile("Level", level === null ? "none" : words(level), "that the strikes reach", level === null ? "" : "nsfw")}
      ${tile("Images", widest.images.toLocaleString(), `within ${widest.window}`)}
      ${tile("NSFW in force", widest.images === 0 ? "–" : `${((100 * widest.nsfw) / widest.images).toFixed(0)} %`, `${widest.nsfw} of ${widest.images}`)}
      ${tile("Audits", String(widest.audits), `within ${widest.window}`, widest.audits > 0 ? "audited" : "")}
      ${tile("Last seen", length(Math.max(0, Date.now() - Date.parse(seen))), "ago")}</div>
      <p class="small">Strikes weigh by label and halve with time.</p>`;
  }

  #joined(): TemplateResult {
    if (this.#campaigns.is !== "there") {
      return this.#campaigns.is === "loading" ? loading("campaigns") : problem(this.#campaigns.problem);
    }
    const all = this.#campaigns.value;
    return all.length === 0 ? empty("None", `No image of this account is listed in the latest ${CAMPAIGNS} campaigns.`) : campaigns(all);
  }

  #images(): TemplateResult {
    if (this.#cases.is === "loading") {
      return loading("images");
    }
    const { tenant } = { tenant: this.#tenant };
    if (this.#cases.is === "there") {
      const { cases } = this.#cases.value;
      return cases.length === 0 ? empty("No images", "The casebook has none of this account.") : html`<div class="wide" tabindex="0" role="region" aria-label="Latest images"><table><thead><tr><th scope="col">Decision</th>
        <th scope="col">Image</th><th scope="col" class="number">Score</th><th scope="col">When</th></tr></thead><tbody>${cases.map((found) => html`<tr>
          <td><span class="badges">${badge(found.decision)}${found.audited ? alarm("AUDITED") : nothing}</span></td><td>${imageLink(found.imageId, tenant)}</td>
          <td class="number">${found.score.toFixed(2)}</td><td>${time(found.decidedAt)}</td></tr>`)}</tbody></table></div>
        <p><a href=${address("decisions", "", { uploader: this.route.id })}>All of them</a></p>`;
    }
    // Without a database the feed is the only source.
    const recent = live.arrivals.flatMap(({ verdict }) => (verdict?.uploaderId === this.route.id && verdict.tenant === tenant ? [verdict] : [])).slice(0, Number(IMAGES));
    if (this.#cases.problem.kind !== "no-database" || recent.length === 0) {
      return problem(this.#cases.problem);
    }
    return html`<p class="small">Images that came since this page was opened; older ones need a database.</p><div class="wide" tabindex="0" role="region" aria-label="Latest images"><table><thead><tr><th scope="col">Decision</th>
      <th scope="col">Image</th><th scope="col" class="number">Score</th><th scope="col">When</th></tr></thead><tbody>${recent.map((verdict) => html`<tr>
        <td>${badge(verdict.decision)}</td><td>${imageLink(verdict.imageId, tenant)}</td><td class="number">${verdict.score.toFixed(2)}</td><td>${time(verdict.decidedAt)}</td></tr>`)}</tbody></table></div>`;
  }

  #attacks(): TemplateResult {
    if (this.#audits.is !== "there") {
      return this.#audits.is === "loading" ? loading("audits") : problem(this.#audits.problem);
    }
    const all = this.#audits.value;
    return all.length === 0 ? empty("None", "No image of this account was audited.") : html`<div class="wide" tabindex="0" role="region" aria-label="Suspected attacks"><table><thead><tr><th scope="col">Image</th>
      <th scope="col">Suspicion</th><th scope="col" class="number">Score</th><th scope="col">Found</th></tr></thead><tbody>${all.map((found) => html`<tr>
        <td>${imageLink(found.imageId, this.#tenant)}</td><td>${words(found.kind)}</td><td class="number">${found.fusedScore.toFixed(2)}</td><td>${time(found.detectedAt)}</td></tr>`)}</tbody></table></div>`;
  }
}

customElements.define("uploader-page", UploaderPage);
