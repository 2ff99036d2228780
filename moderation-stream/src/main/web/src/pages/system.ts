// How the application is: instance, connection, database, topics, what is missing, holds.

import { html, nothing, type TemplateResult } from "lit";
import type { Hold, Missing, Reviewer, Tally } from "../api/documents.js";
import { ask, asProblem, part, send, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { live } from "../live/live.js";
import { say } from "../parts/ask.js";
import { card, empty, facts, imageLink, loading, problem, time, uploaderLink, type Shown } from "../parts/marks.js";
import { LOADING, Page, type Loaded } from "../parts/page.js";
import "../parts/duties.js";
import "../parts/accountpolicy.js";
import "../parts/queues.js";
import "../parts/wellness.js";
import { address } from "../router.js";
import { counted, length, words } from "../words.js";

class SystemPage extends Page {
  #missing: Loaded<readonly Missing[]> = LOADING;
  #holds: Loaded<readonly Hold[]> = LOADING;
  #golden: Loaded<readonly Tally[]> = LOADING;
  #reviewers: Loaded<readonly Reviewer[]> = LOADING;
  #anchor: Loaded<string> = LOADING;

  protected override arrive(): void {
    this.#ask();
    this.every(15_000, () => this.#ask());
  }

  #ask(): void {
    const query = visitor.of();
    const { signal } = this;
    if (visitor.may("reviewer")) {
      void this.load(() => ask<Missing[]>("missing", { query, signal }), (loaded) => (this.#missing = loaded));
    }
    if (visitor.may("senior")) {
      void this.load(() => ask<Hold[]>("holds", { query, signal }), (loaded) => (this.#holds = loaded));
      if (live.queueProblem === null) {
        void this.load(() => ask<Tally[]>("review/golden", { query, signal }), (loaded) => (this.#golden = loaded));
        void this.load(async () => (await ask<{ reviewers: Reviewer[] }>("review/agreement", { query, signal })).reviewers, (loaded) => (this.#reviewers = loaded));
      }
    }
    if (visitor.may("admin") && live.queueProblem === null) {
      void this.load(async () => (await send("audit-log/anchor", { query, signal })).text(), (loaded) => (this.#anchor = loaded));
    }
  }

  override render(): TemplateResult {
    const { system } = live;
    return html`<h1 class="visually-hidden">System</h1>
      <div class="grid two">
        ${card("Instance", system === null ? problem({ kind: "offline", message: "The application does not answer. The console tries again by itself." }) : facts([
          ["Answers", system.instance], ["Version", system.version], ["Kafka Streams", words(system.state)], ["State", system.message],
          ["Feeds", counted(system.feedClients, "client")], ["Connection", words(live.connection.toUpperCase())],
          ["Pictures", system.pictures?.message],
        ]), { aside: system?.ready ? html`<span class="badge" data-decision="SAFE">Ready</span>` : html`<span class="badge" data-decision="REVIEW">Not ready</span>` })}
        ${card("You", facts([
          ["Name", visitor.name], ["Tenant", visitor.seesEveryTenant ? `every one; lists are about ${visitor.tenant}` : visitor.tenant],
          ["Roles", (visitor.you?.roles ?? []).join(", ")], ["Login", { local: "none: this machine only", users: "built-in users", oidc: "OpenID Connect" }[visitor.you?.login ?? ""] ?? ""],
          ["Your zone", Intl.DateTimeFormat().resolvedOptions().timeZone],
        ]))}
        ${card("Database", this.#database())}
        ${card("Topics", this.#topics())}
      </div>
      ${card("Uploads without a verdict", this.#uploads(), { id: "missing" })}
      ${visitor.may("reviewer") && live.hasDatabase ? card("Queues", html`<queue-list></queue-list>`, { id: "queues" }) : nothing}
      ${visitor.may("reviewer") && live.hasDatabase ? card("Duties", html`<duty-list></duty-list>`, { id: "duties" }) : nothing}
      ${visitor.may("reviewer") && live.hasDatabase ? html`${card("Accounts", html`<account-policy></account-policy>`, { id: "accounts" })}${card("Wellness", html`<wellness-card></wellness-card>`, { id: "wellness" })}` : nothing}
      ${visitor.may("senior") && live.queueProblem === null ? card("Reviewers in the last seven days", this.#agreement(), { id: "agreement" }) : nothing}
      <div class="grid two">
        ${visitor.may("senior") ? card("Legal holds", this.#held(), { id: "holds" }) : nothing}
        ${visitor.may("senior") && live.queueProblem === null ? card("Golden items", this.#tallies(), { id: "golden" }) : nothing}
        ${visitor.may("admin") && live.queueProblem === null ? card("Audit log", this.#log(), { id: "audit-log" }) : nothing}
      </div>`;
  }

  #database(): TemplateResult {
    const { queue, queueProblem } = live;
    if (queueProblem !== null) {
      return problem(queueProblem);
    }
    return queue === null ? loading("the queue") : facts([
      ["PostgreSQL", "answers"], ["Waiting", counted(queue.waiting, "item")], ["In hands", counted(queue.held, "item")], ["For seniors", counted(queue.forSeniors, "item")],
      ["Oldest", queue.oldestSeconds === null ? "–" : length(queue.oldestSeconds * 1000)],
    ]);
  }

  /** The topics as the feed's verdicts name them. */
  #topics(): TemplateResult {
    const latest = new Map<string, Map<number, number>>();
    for (const { verdict } of live.arrivals) {
      for (const at of [verdict?.record, verdict?.upload]) {
        if (at) {
          const partitions = latest.get(at.topic) ?? new Map<number, number>();
          partitions.set(at.partition, Math.max(partitions.get(at.partition) ?? 0, at.offset));
          latest.set(at.topic, partitions);
        }
      }
    }
    return latest.size === 0 ? empty("Nothing arrived yet", "Topics and their places are read off the verdicts.") : html`<table><thead><tr><th scope="col">Topic</th><th scope="col">Latest places</th></tr></thead>
      <tbody>${[...latest].sort().map(([topic, partitions]) => html`<tr><td class="mono">${topic}</td><td class="mono small">${[...partitions].sort(([one], [other]) => one - other)
        .map(([partition, offset]) => `${partition}:${offset}`).join("  ")}</td></tr>`)}</tbody></table>
      <p class="small">Partition and offset of the newest verdicts here. Consumer lag is among the metrics on port 9000.</p>`;
  }

  #uploads(): Shown {
    if (!visitor.may("reviewer")) {
      return problem({ kind: "not-allowed", message: "Missing uploads are for reviewers." });
    }
    if (this.#missing.is !== "there") {
      return this.#missing.is === "loading" ? loading("missing uploads") : problem(this.#missing.problem);
    }
    const all = this.#missing.value;
    return all.length === 0 ? empty("None is missing", "Every upload past its deadline has a verdict.") : html`<div class="wide" tabindex="0" role="region" aria-label="Missing uploads"><table><thead><tr><th scope="col">Image</th><th scope="col">Uploader</th>
      <th scope="col">Uploaded</th><th scope="col">Record</th><th scope="col"><span class="visually-hidden">Action</span></th></tr></thead><tbody>${all.map((upload) => html`<tr>
        <td>${imageLink(upload.imageId, upload.tenant)}</td><td>${uploaderLink(upload.uploaderId, upload.tenant)}</td><td>${time(upload.uploadedAt)}</td>
        <td class="mono">${upload.upload.partition}:${upload.upload.offset}</td>
        <td>${visitor.may("senior") ? html`<button type="button" @click=${() => void this.#repeat(upload)}>Have it judged again</button>` : nothing}</td></tr>`)}</tbody></table></div>`;
  }

  async #repeat(upload: Missing): Promise<void> {
    try {
      await tell(`missing/${part(upload.imageId)}/redrive`, "POST", { query: visitor.of(upload.tenant) });
      say("The upload was repeated.");
    } catch (thrown) {
      say(asProblem(thrown).message);
    }
    this.#ask();
  }

  #held(): TemplateResult {
    if (this.#holds.is !== "there") {
      return this.#holds.is === "loading" ? loading("holds") : problem(this.#holds.problem);
    }
    const all = this.#holds.value;
    return all.length === 0 ? empty("Nothing is on hold", "Holds are placed on the page of an image or an uploader.") : html`<ul class="notes">${all.map((hold) => html`<li>
      <a href=${address(hold.subject === "IMAGE" ? "image" : "uploader", hold.id, visitor.of(hold.tenant))}>${hold.id}</a> <span class="small">${words(hold.subject)}, by ${hold.by}</span> ${time(hold.at)}
      ${hold.releasedAt === null ? nothing : html`<span class="small">released by ${hold.releasedBy}</span>`}<p>${hold.reason}</p></li>`)}</ul>`;
  }

  #tallies(): TemplateResult {
    if (this.#golden.is !== "there") {
      return this.#golden.is === "loading" ? loading("golden items") : problem(this.#golden.problem);
    }
    const all = this.#golden.value;
    return all.length === 0 ? empty("None was answered", "Golden items are decided items that are given out again, to see how reviewers answer.") : html`<table><thead><tr><th scope="col">Reviewer</th>
      <th scope="col" class="number">Answered</th><th scope="col" class="number">As known</th></tr></thead><tbody>${all.map((tally) => html`<tr><td>${tally.reviewer}</td><td class="number">${tally.answered}</td>
        <td class="number">${tally.answered === 0 ? "–" : `${((100 * tally.asKnown) / tally.answered).toFixed(0)} %`}</td></tr>`)}</tbody></table>`;
  }

  #agreement(): TemplateResult {
    if (this.#reviewers.is !== "there") {
      return this.#reviewers.is === "loading" ? loading("reviewers") : problem(this.#reviewers.problem);
    }
    const all = this.#reviewers.value;
    return all.length === 0 ? empty("No decisions yet", "How reviewers agree is shown once two of them decided the same item.") : html`<div class="wide" tabindex="0" role="region" aria-label="Reviewers"><table>
      <thead><tr><th scope="col">Reviewer</th><th scope="col" class="number">Decisions</th><th scope="col" class="number">Agreed with others</th><th scope="col" class="number">Undone by others</th>
        <th scope="col" class="number">Median time</th><th scope="col" class="number">Item waited</th></tr></thead>
      <tbody>${all.map((each) => html`<tr><td>${each.reviewer}</td><td class="number">${each.decisions.toLocaleString()}</td>
        <td class="number">${each.compared === 0 ? "–" : `${each.agreed} of ${each.compared}`}</td><td class="number">${each.overturned}</td>
        <td class="number">${each.medianMillis === undefined ? "–" : length(each.medianMillis)}</td>
        <td class="number">${each.medianWaitSeconds === undefined ? "–" : length(1000 * each.medianWaitSeconds)}</td></tr>`)}</tbody></table></div>`;
  }

  #log(): TemplateResult {
    const { tenant } = visitor.of();
    const search = tenant === undefined ? "" : `?tenant=${encodeURIComponent(tenant)}`;
    return html`<p>Every claim, view, decision, undo and note is a row, chained by hashes.</p>
      ${this.#anchor.is === "there" && this.#anchor.value.trim() !== "" ? html`<p class="small">Its end, to be kept elsewhere:</p><pre class="mono break">${this.#anchor.value.trim()}</pre>` : nothing}
      <p><a href="api/v1/audit-log${search}" download="audit-log.ndjson">First rows</a> · <a href="api/v1/audit-log/anchor${search}" download="anchor.ndjson">Anchor</a></p>`;
  }
}

customElements.define("system-page", SystemPage);
