// Who can see a picture, for administrators: the ways to it, the items that show it, and who was given it.

import { html, nothing, type TemplateResult } from "lit";
import type { Viewers } from "../api/documents.js";
import { counted, words } from "../words.js";
import { facts, loading, problem, time, type Shown } from "./marks.js";
import type { Loaded } from "./page.js";

const WAYS: Record<string, string> = { IMAGE: "On this page", EXPLANATION: "As an explanation", ITEM: "As any item", CLAIM: "By claiming it" };
const ACTIONS: Record<string, string> = { "picture.fetched": "was given the picture", "picture.explained": "was given its explanation", "review.fetched": "claimed the item", "review.seen": "was shown it" };

export function viewers(loaded: Loaded<Viewers>): Shown {
  if (loaded.is !== "there") {
    return loaded.is === "loading" ? loading("who can see it") : problem(loaded.problem);
  }
  const { ways, items, looks, looksFrom } = loaded.value;
  return html`${facts(ways.map(({ how, open, roles, people }) => [WAYS[how] ?? words(how), open ? people === undefined ? roles.join(", ") : people.length === 0 ? `no one (${roles.join(", ")})` : `${people.join(", ")} (${roles.join(", ")})` : "not now"] as const))}
    ${items.map(item)}
    <details><summary>Who looked (${looks.length})</summary>${looks.length === 0 ? html`<p class="small">No one since ${time(looksFrom)}.</p>` : html`<ol class="plain">${looks.map(({ by, action, at }) => html`<li>${time(at)} <b>${by}</b> ${ACTIONS[action] ?? action}</li>`)}</ol>`}</details>
    <p class="small">What this application gives out. Who can read the broker, the file's location or the keys of kept pictures is not known here.</p>`;
}

function item({ open, seniorsOnly, queue, queueRoles, goldenFor, heldBy, heldUntil, kept, skippedBy }: Viewers["items"][number]): TemplateResult {
  const who = seniorsOnly ? "seniors" : queueRoles.length === 0 ? "every reviewer" : queueRoles.join(", ");
  return html`<p class="small">${goldenFor === undefined ? "An item" : `A golden copy for ${goldenFor}`} in the queue ${queue}: ${open ? `${who} may claim it` : "decided"}${
    heldBy === undefined ? nothing : html`; ${heldBy} holds it until ${time(heldUntil)}`}${kept ? "; its picture is kept" : ""}${skippedBy.length === 0 ? "" : `; skipped by ${counted(skippedBy.length, "reviewer")}`}.</p>`;
}
