// Legal holds: seniors see them, admins place and release them.

import { html, nothing, type TemplateResult } from "lit";
import type { Hold } from "../api/documents.js";
import { asProblem, part, tell } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { askForWords, say } from "./ask.js";
import { loading, problem, time } from "./marks.js";
import type { Loaded } from "./page.js";

const SETTLES_MILLIS = 800;

export interface HoldSubject {
  readonly subject: "image" | "uploader";
  readonly id: string;
  readonly tenant: string;
  readonly done: () => void;
}

/** The hold on one thing. */
export function holds(loaded: Loaded<readonly Hold[]>, about: HoldSubject): TemplateResult {
  if (loaded.is !== "there") {
    return loaded.is === "loading" ? loading("holds") : problem(loaded.problem);
  }
  const found = loaded.value.find(({ subject, id, releasedAt }) => subject.toLowerCase() === about.subject && id === about.id && releasedAt === null);
  return html`${found ? html`<p><b>On hold</b> since ${time(found.at)} by ${found.by}: ${found.reason}</p>`
    : html`<p class="small">Not on hold. What is on hold neither expires nor can be erased.</p>`}
    ${visitor.may("admin") ? html`<div class="buttons">${found
      ? html`<button type="button" @click=${() => void order("DELETE", about)}>Release</button>`
      : html`<button type="button" @click=${() => void place(about)}>Put on hold</button>`}</div>` : nothing}`;
}

async function place(about: HoldSubject): Promise<void> {
  const reason = await askForWords(`Why is this ${about.subject} put on hold?`, "Put on hold");
  if (reason !== null) {
    await order("PUT", about, { reason });
  }
}

async function order(method: "PUT" | "DELETE", { subject, id, tenant, done }: HoldSubject, body?: { reason: string }): Promise<void> {
  try {
    await tell(`holds/${subject}/${part(id)}`, method, { query: visitor.of(tenant), ...(body ? { body } : {}) });
    say("The order was taken.");
    window.setTimeout(done, SETTLES_MILLIS);
  } catch (thrown) {
    say(asProblem(thrown).message);
  }
}
