// The labels of a tenant with their keys and what they mean; seniors change them, each change is a version.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Label, Words } from "../api/documents.js";
import { ask, asProblem } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { counted } from "../words.js";
import { say } from "./ask.js";
import { empty, loading, problem, time, type Shown } from "./marks.js";
import { LOADING, Page, type Loaded } from "./page.js";

/** The labels that hold. */
export function askForWords(signal?: AbortSignal): Promise<Words> {
  return ask<Words>("review/words", signal ? { query: visitor.of(), signal } : { query: visitor.of() });
}

const lines = (text: string): string[] => text.split("\n").map((each) => each.trim()).filter((each) => each !== "");

/** The label that a form holds. */
export function labelOf(form: FormData, name: string): Label {
  const text = (field: string): string => String(form.get(field) ?? "").trim();
  return {
    name: name || text("name"),
    ...(text("key") === "" ? {} : { key: text("key").toLowerCase() }), ...(text("text") === "" ? {} : { text: text("text") }),
    examples: lines(text("examples")), counterExamples: lines(text("counterExamples")),
    ...(text("mergedInto") === "" ? {} : { mergedInto: text("mergedInto") }),
  };
}

/** The labels with one in the place of that of its name, or at the end. */
export function withLabel(labels: readonly Label[], label: Label): Label[] {
  return labels.some(({ name }) => name === label.name) ? labels.map((each) => (each.name === label.name ? label : each)) : [...labels, label];
}

class LabelList extends Page {
  #words: Loaded<Words> = LOADING;
  /** The label in the form, with an empty name for a new one; null where the form is closed. */
  #edited: Label | null = null;
  #trouble = "";

  protected override arrive(): void {
    this.#ask();
  }

  #ask(): void {
    void this.load(() => askForWords(this.signal), (loaded) => (this.#words = loaded));
  }

  override render(): Shown {
    if (this.#words.is !== "there") {
      return this.#words.is === "loading" ? loading("labels") : problem(this.#words.problem);
    }
    const words = this.#words.value;
    const senior = visitor.may("senior");
    return html`${words.labels.length === 0 ? empty("No list of labels", "Reviewers see the labels of the machine and their own. With a list all see the same labels under the same keys.") : html`
      <div class="wide" tabindex="0" role="region" aria-label="Labels"><table><thead><tr><th scope="col">Key</th><th scope="col">Label</th><th scope="col">Given for</th><th scope="col">For example</th><th scope="col">Not for</th>
        ${senior ? html`<th scope="col"><span class="visually-hidden">Change</span></th>` : nothing}</tr></thead>
      <tbody>${words.labels.map((label) => html`<tr data-label=${label.name}><td>${label.key === undefined ? nothing : html`<kbd>${label.key.toUpperCase()}</kbd>`}</td><td>${label.name}</td>
        <td>${label.mergedInto === undefined ? label.text ?? "" : `given as ${label.mergedInto}`}</td><td>${(label.examples ?? []).join("; ")}</td><td>${(label.counterExamples ?? []).join("; ")}</td>
        ${senior ? html`<td><button type="button" class="change" @click=${() => this.#edit(label)}>Change</button></td>` : nothing}</tr>`)}</tbody></table></div>
      <p class="small">Version ${words.version}, by ${words.changedBy} ${time(words.changedAt)}. ${words.closed ? "Only these labels can be given." : "Others can be typed."}</p>`}
      ${words.reasons?.length ? html`<p class="small">Reasons that reviewers are offered: ${words.reasons.join("; ")}</p>` : nothing}
      ${!senior ? nothing : this.#edited === null ? html`<p class="buttons"><button type="button" id="new-label-row" @click=${() => this.#edit({ name: "" })}>New label</button>
        ${words.labels.length === 0 ? nothing : html`<button type="button" id="close-labels" @click=${() => void this.#change(words.labels, !words.closed)}>${words.closed ? "Let others be typed" : "Allow only these"}</button>`}</p>
        <form class="form" id="reasons-form" @submit=${(event: Event) => void this.#saveReasons(event, words)}><label>Reasons that reviewers are offered, one a line<textarea name="reasons" rows="3" .value=${(words.reasons ?? []).join("\n")}></textarea></label>
          <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p><div class="buttons"><button type="submit">Save reasons</button></div></form>` : keyed(this.#edited.name, this.#form(this.#edited, words))}`;
  }

  #edit(label: Label | null): void {
    this.#edited = label;
    this.#trouble = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>("form input:not([disabled])")?.focus());
  }

  #form(label: Label, words: Words): TemplateResult {
    const others = words.labels.filter(({ name, mergedInto }) => name !== label.name && mergedInto === undefined);
    const area = (name: string, title: string, value: string): TemplateResult => html`<label>${title}<textarea name=${name} rows="3" maxlength="4000" .value=${value}></textarea></label>`;
    return html`<form class="form" id="label-form" @submit=${(event: Event) => void this.#save(event, label, words)}>
      <label>Label <input name="name" required maxlength="200" autocomplete="off" ?disabled=${label.name !== ""} .value=${label.name}></label>
      <label>Key <input name="key" maxlength="1" autocomplete="off" placeholder="1 to 9, h i j l q w x y z" .value=${label.key ?? ""}></label>
      <label>Given as <select name="mergedInto"><option value="">itself</option>${others.map(({ name }) => html`<option value=${name} ?selected=${name === label.mergedInto}>${name}</option>`)}</select></label>
      ${area("text", "Given for", label.text ?? "")}${area("examples", "Examples, one a line", (label.examples ?? []).join("\n"))}${area("counterExamples", "What it is not for, one a line", (label.counterExamples ?? []).join("\n"))}
      <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p>
      <div class="buttons"><button type="submit" class="primary">Save</button><button type="button" @click=${() => this.#edit(null)}>Cancel</button>
        ${label.name === "" ? nothing : html`<button type="button" id="remove-label" @click=${() => void this.#change(words.labels.filter(({ name }) => name !== label.name), words.closed && words.labels.length > 1)}>Remove</button>`}</div></form>`;
  }

  async #save(event: Event, label: Label, words: Words): Promise<void> {
    event.preventDefault();
    const made = labelOf(new FormData(event.target as HTMLFormElement), label.name);
    if (label.name === "" && words.labels.some(({ name }) => name === made.name)) {
      this.#trouble = `The label ${made.name} is there already.`;
      this.requestUpdate();
      return;
    }
    await this.#change(withLabel(words.labels, made), words.closed);
  }

  async #saveReasons(event: Event, words: Words): Promise<void> {
    event.preventDefault();
    await this.#change(words.labels, words.closed, lines(String(new FormData(event.target as HTMLFormElement).get("reasons") ?? "")));
  }

  /** Without reasons the present ones stay. */
  async #change(labels: readonly Label[], closed: boolean, reasons?: readonly string[]): Promise<void> {
    if (this.#words.is !== "there") {
      return;
    }
    try {
      const made = await ask<Words>("review/words", { method: "PUT", query: visitor.of(), body: { version: this.#words.value.version, labels, closed, reasons } });
      this.#words = { is: "there", value: made };
      this.#edit(null);
      say(`Version ${made.version} holds, with ${counted(labels.length, "label")} and ${counted(made.reasons?.length ?? 0, "reason")}.`);
    } catch (thrown) {
      this.#trouble = asProblem(thrown).message;
      say(this.#trouble);
      this.requestUpdate();
    }
  }
}

customElements.define("label-list", LabelList);
