// What an uploader did, window by window.

import { html, nothing, type TemplateResult } from "lit";
import type { Uploader } from "../api/documents.js";
import { hour } from "../words.js";
import { loading, problem } from "./marks.js";
import type { Loaded } from "./page.js";

const HEAD = ["From", "Images", "Safe", "NSFW", "Review", "Refused", "Audits", "Strikes"];

/** @param most windows that are shown, newest first */
export function windows(uploader: Loaded<Uploader>, most: number): TemplateResult {
  if (uploader.is !== "there") {
    return uploader.is === "loading" ? loading("statistics") : uploader.problem.status === 404 || uploader.problem.status === 503
      ? html`<p class="small" role="status">${uploader.problem.message}</p>` : problem(uploader.problem);
  }
  const all = uploader.value.windows;
  return html`<div class="wide" tabindex="0" role="region" aria-label="Windows"><table class="windows"><caption>What this account did, by window</caption>
    <thead><tr>${HEAD.map((name, i) => html`<th scope="col" class=${i > 0 ? "number" : nothing}>${name}</th>`)}</tr></thead>
    <tbody>${all.slice(0, most).map((window) => html`<tr><td>${hour(window.start)}, ${window.window}</td>${
      [window.images, window.safe, window.nsfw, window.review, window.refused, window.audits].map((count) => html`<td class="number">${count}</td>`)}<td
      class="number">${window.strikes}</td></tr>`)}</tbody></table></div>`;
}
