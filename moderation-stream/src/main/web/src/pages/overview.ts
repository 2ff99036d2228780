// What happens now: rates, times, the queue, audits.

import { html, nothing, type TemplateResult } from "lit";
import type { Drift, Missing, WatchedRate } from "../api/documents.js";
import { ask } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { live } from "../live/live.js";
import { quantile, type Minute } from "../live/minutes.js";
import { chart } from "../parts/chart.js";
import { alarm, badge, card, empty, imageLink, problem, time, uploaderLink, type Shown } from "../parts/marks.js";
import { drift } from "../parts/drift.js";
import { Page, type Loaded } from "../parts/page.js";
import { promises } from "../parts/promises.js";
import { address } from "../router.js";
import { counted, decisionName, length, words } from "../words.js";

const MINUTES = 60;
const LAST_MINUTES = 5;
const AUDITS = 8;
const DECISIONS = ["SAFE", "NSFW", "REVIEW", "REFUSED"] as const;

class OverviewPage extends Page {
  #missing: Loaded<readonly Missing[]> | null = null;
  #rates: Loaded<readonly WatchedRate[]> | null = null;
  #drift: Loaded<Drift> | null = null;

  protected override arrive(): void {
    void this.#ask();
    void this.#askRates();
    this.every(60_000, () => void this.#askRates());
    this.every(15_000, () => void this.#ask());
    this.every(1000, () => this.requestUpdate());
  }

  async #ask(): Promise<void> {
    if (visitor.may("reviewer")) {
      await this.load(() => ask<Missing[]>("missing", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#missing = loaded));
    }
  }

  async #askRates(): Promise<void> {
    await this.load(() => ask<WatchedRate[]>("promises", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#rates = loaded));
    await this.load(() => ask<Drift>("promises/drift", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#drift = loaded));
  }

  override render(): TemplateResult {
    const minutes = live.minutes.series(MINUTES);
    return html`<h1 class="visually-hidden">Overview</h1>
      <div class="tiles">${this.#tiles(minutes)}</div>
      <div class="grid two">
        ${card("Decisions per minute", chart({
          title: "Decisions per minute", unit: "",
          lines: DECISIONS.map((name) => ({ name: decisionName(name), colour: `--${name.toLowerCase()}`, filled: name === "SAFE" })),
          data: [minutes.map(({ at }) => at), ...DECISIONS.map((name) => minutes.map(({ counts }) => counts[name] ?? 0))],
        }))}
        ${card("From upload to decision", this.#latency(minutes))}
        ${card("Waiting for review", this.#queue())}
        ${card("Refusals and doubts", this.#reasons())}
      </div>
      ${this.#rates?.is === "there" ? card("Error rates", promises(this.#rates.value), { id: "promises" }) : nothing}
      ${this.#drift?.is === "there" ? card("Drift", drift(this.#drift.value, visitor.tenant), { id: "drift" }) : nothing}
      ${card("Suspected attacks", this.#audits(), { id: "audits" })}`;
  }

  #tiles(minutes: readonly Minute[]): TemplateResult[] {
    const recent = minutes.slice(-LAST_MINUTES);
    const sum = (name?: string): number => recent.reduce((all, { counts }) =>
      all + (name === undefined ? Object.values(counts).reduce((one, other) => one + other, 0) : counts[name] ?? 0), 0);
    const all = sum();
    const newest = live.arrivals.find(({ verdict }) => verdict !== null)?.verdict;
    const { queue } = live;
    const tile = (name: string, value: string, about: Shown, href: string, tone = ""): TemplateResult =>
      html`<a class="tile ${tone}" href=${href}><span class="small">${name}</span><b>${value}</b><span class="small">${about}</span></a>`;
    const waits = quantile(recent.flatMap(({ waits: each }) => each), 0.5) ?? quantile(recent.flatMap(({ works }) => works), 0.5);
    const missing = this.#missing?.is === "there" ? this.#missing.value.length : null;
    return [
      tile("Decisions", `${(all / LAST_MINUTES).toFixed(all / LAST_MINUTES < 10 ? 1 : 0)} / min`, `last ${LAST_MINUTES} minutes`, address("decisions", "", { live: "1" })),
      tile("Median time", waits === null ? "–" : length(waits), "to a decision", "#/overview"),
      tile("Refused", all === 0 ? "–" : `${((100 * sum("REFUSED")) / all).toFixed(1)} %`, counted(sum("REFUSED"), "picture"), address("decisions", "", { live: "1", decision: "REFUSED" }), "refused"),
      tile("To review", queue === null ? "–" : queue.waiting.toLocaleString(),
        live.queueProblem ? "no database" : queue?.oldestSeconds ? `oldest ${length(queue.oldestSeconds * 1000)}` : "nothing waits", "#/review", "review"),
      tile("Audits", String(live.audits.size), "images suspected", address("decisions", "", { live: "1", decision: "AUDITED" }), "audited"),
      missing === null
        ? tile("Newest verdict", newest ? length(Math.max(0, Date.now() - Date.parse(newest.decidedAt))) : "–", "ago", address("decisions", "", { live: "1" }))
        : tile("Lag", counted(missing, "upload"), "past the deadline without a verdict", "#/system", missing > 0 ? "nsfw" : ""),
    ];
  }

  #latency(minutes: readonly Minute[]): TemplateResult {
    const known = minutes.some(({ waits }) => waits.length > 0);
    const line = (share: number): (number | null)[] => minutes.map(({ waits, works }) => quantile(known ? waits : works, share));
    const seconds = (line(0.95).reduce<number>((most, each) => Math.max(most, each ?? 0), 0)) > 5000;
    const scaled = (values: (number | null)[]): (number | null)[] => values.map((each) => (each === null ? null : each / (seconds ? 1000 : 1)));
    return html`${chart({
      title: "From upload to decision", unit: seconds ? " s" : " ms",
      lines: [{ name: "Median", colour: "--accent" }, { name: "95th percentile", colour: "--alarm" }],
      data: [minutes.map(({ at }) => at), scaled(line(0.5)), scaled(line(0.95))],
    })}<p class="small">${known ? "Lag included: the time begins when the broker took the upload in." : "The worker's own steps; these verdicts do not say when they were uploaded."}</p>`;
  }

  #queue(): TemplateResult {
    if (live.queueProblem !== null) {
      return problem(live.queueProblem);
    }
    const { queue, queues } = live;
    return html`${chart({
      title: "Waiting for review", unit: "",
      lines: [{ name: "Items", colour: "--review", filled: true }, { name: "Age of the oldest, minutes", colour: "--accent" }],
      data: [queues.map(({ at }) => at), queues.map(({ waiting }) => waiting), queues.map(({ oldestSeconds }) => oldestSeconds / 60)],
    })}<p class="small">${queue === null ? "" : `${counted(queue.held, "item")} in reviewers' hands, ${counted(queue.forSeniors, "item")} for seniors.`} Since this page was opened.</p>`;
  }

  #reasons(): TemplateResult {
    const counts = new Map<string, number>();
    for (const { verdict } of live.arrivals) {
      if (verdict !== null && verdict.reason !== null && (verdict.decision === "REFUSED" || verdict.decision === "REVIEW")) {
        const name = `${verdict.decision} ${verdict.reason}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    const all = [...counts].sort(([, one], [, other]) => other - one).slice(0, 8);
    return all.length === 0 ? empty("Nothing was refused", "Refused and doubtful pictures are counted here by their reason.") : html`
      <table class="reasons"><thead><tr><th scope="col">Decision</th><th scope="col">Reason</th><th scope="col" class="number">Pictures</th></tr></thead>
      <tbody>${all.map(([name, count]) => {
        const [decision = "", reason = ""] = name.split(" ");
        return html`<tr><td>${badge(decision)}</td><td>${words(reason)}</td><td class="number">${count}</td></tr>`;
      })}</tbody></table>`;
  }

  #audits(): TemplateResult {
    const all = live.newestAudits(AUDITS);
    return all.length === 0 ? empty("No attack is suspected", "Audits appear here the moment a worker's twins disagree.") : html`
      <div class="wide" tabindex="0" role="region" aria-label="Newest audits"><table class="audits"><thead><tr><th scope="col">Image</th><th scope="col">Suspicion</th>
        <th scope="col">Decision</th><th scope="col" class="number">Score</th><th scope="col">Uploader</th><th scope="col">Found</th></tr></thead>
      <tbody>${all.map((found) => html`<tr><td>${imageLink(found.imageId, found.tenant)}</td><td>${alarm(found.kind)} ${words(found.kind)}</td>
        <td>${badge(found.decision)}${found.cleanDecision === null ? nothing : html` <span class="small">clean twin ${decisionName(found.cleanDecision)}</span>`}</td>
        <td class="number">${found.fusedScore.toFixed(2)}</td><td>${uploaderLink(found.uploaderId, found.tenant)}</td><td>${time(found.detectedAt)}</td></tr>`)}</tbody></table></div>`;
  }
}

customElements.define("overview-page", OverviewPage);
