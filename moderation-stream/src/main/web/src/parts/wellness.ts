// What protects people who look at pictures: an admin's rules, a person's opt-outs, and what a team saw.

import { html, nothing, type TemplateResult } from "lit";
import type { Exposure, Wellness, WellnessRules } from "../api/documents.js";
import { ask, asProblem } from "../api/http.js";
import type { Picture } from "../api/picture.js";
import { visitor } from "../api/visitor.js";
import { own } from "../settings.js";
import { say } from "./ask.js";
import { empty, loading, problem, time, type Shown } from "./marks.js";
import { LOADING, Page, type Loaded } from "./page.js";

const MINUTE = 60;

/** The rules that hold for this visitor. */
export function askForWellness(signal?: AbortSignal): Promise<Wellness> {
  return ask<Wellness>("review/wellness", signal ? { query: visitor.of(), signal } : { query: visitor.of() });
}

/** Pictures are shown as the rules ask for at least. */
export function bindTo({ rules: { display } }: Wellness): void {
  own.bind(display === undefined ? {} : { blur: display.blur, greyscale: display.greyscale, size: display.mostSize, mute: display.mute });
}

/** Loads a picture once it is known how pictures are shown at least. Without a database there are no rules. */
export async function protectedBy(rules: () => Promise<Wellness>, loading: () => Promise<Picture>): Promise<Picture> {
  try {
    bindTo(await rules());
  } catch (thrown) {
    const { kind, status } = asProblem(thrown);
    if (kind === "offline" || (status >= 500 && kind !== "no-database")) {
      return { kind: "absent", why: "How pictures are to be shown is not known now, so this one is not. Ask for it again." };
    }
  }
  return loading();
}

const list = (text: string): string[] => text.split(",").map((each) => each.trim()).filter((each) => each !== "");

/** Limits as a form has them: a line "gore, minor: 20", or "20" for all items. */
export function limitsOf(text: string): { labels: string[]; perHour: number }[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    const colon = line.lastIndexOf(":");
    return { labels: colon < 0 ? [] : list(line.slice(0, colon)), perHour: Number(line.slice(colon + 1).trim()) };
  });
}

/** The other way round. */
export function limitLines(rules: WellnessRules): string[] {
  return (rules.limits ?? []).map(({ labels = [], perHour }) => (labels.length === 0 ? String(perHour) : `${labels.join(", ")}: ${perHour}`));
}

/** The rules that a form holds. */
export function rulesOf(form: FormData): WellnessRules {
  const number = (name: string): number | undefined => (String(form.get(name) ?? "").trim() === "" ? undefined : Number(form.get(name)));
  const work = number("work");
  const pause = number("break");
  const rotate = number("rotate");
  return {
    display: { blur: form.has("blur"), greyscale: form.has("greyscale"), mostSize: number("size") ?? 100, mute: form.has("mute") },
    limits: limitsOf(String(form.get("limits") ?? "")),
    ...(work === undefined ? {} : { workSeconds: work * MINUTE }), ...(pause === undefined ? {} : { breakSeconds: pause * MINUTE }),
    ...(rotate === undefined ? {} : { rotateAfter: rotate }),
  };
}

class WellnessCard extends Page {
  #wellness: Loaded<Wellness> = LOADING;
  #report: Loaded<readonly Exposure[]> = LOADING;
  #editing = false;
  #trouble = "";

  protected override arrive(): void {
    this.#ask();
    if (visitor.may("senior")) {
      void this.load(() => ask<Exposure[]>("review/wellness/report", { query: visitor.of(), signal: this.signal }), (loaded) => (this.#report = loaded));
    }
  }

  #ask(): void {
    void this.load(() => askForWellness(this.signal), (loaded) => this.#got(loaded));
  }

  #got(loaded: Loaded<Wellness>): void {
    this.#wellness = loaded;
    if (loaded.is === "there") {
      bindTo(loaded.value);
    }
  }

  override render(): Shown {
    if (this.#wellness.is !== "there") {
      return this.#wellness.is === "loading" ? loading("the rules") : problem(this.#wellness.problem);
    }
    const wellness = this.#wellness.value;
    return html`${this.#rules(wellness)}
      ${visitor.may("admin") ? this.#editing ? this.#form(wellness) : html`<p><button type="button" id="change-wellness" @click=${() => this.#edit(true)}>Change the rules</button></p>` : nothing}
      <form class="form" id="opt-out-form" @submit=${(event: Event) => void this.#optOut(event)}>
        <label>Labels that you do not want to see <input name="labels" autocomplete="off" placeholder="none" .value=${wellness.optedOut.join(", ")}></label>
        <div class="buttons"><button type="submit">Keep</button></div></form>
      <p class="small">You are then given other items. Seniors see how many people opted out of a label, from five people on, and not who.</p>
      ${visitor.may("senior") ? this.#seen() : nothing}`;
  }

  #rules({ version, rules, changedBy, changedAt }: Wellness): TemplateResult {
    if (version === 0) {
      return empty("No rules", "Pictures are shown as each person likes, and nothing limits what a person is given.");
    }
    const { display, workSeconds, breakSeconds, rotateAfter } = rules;
    const said = [
      display === undefined ? "" : [display.blur ? "blurred" : "", display.greyscale ? "grey" : "", display.mostSize < 100 ? `at most ${display.mostSize} %` : "", display.mute ? "without sound" : ""].filter((each) => each !== "").join(", "),
      ...limitLines(rules).map((line) => `${line} an hour`),
      workSeconds === undefined ? "" : `a break of ${(breakSeconds ?? 0) / MINUTE} min after ${workSeconds / MINUTE} min`,
      rotateAfter === undefined ? "" : `another label after ${rotateAfter} of one`,
    ].filter((each) => each !== "");
    return html`<ul>${said.map((each) => html`<li>${each}</li>`)}</ul><p class="small">Version ${version}, by ${changedBy} ${time(changedAt)}. You may add to it for yourself.</p>`;
  }

  #edit(editing: boolean): void {
    this.#editing = editing;
    this.#trouble = "";
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>("#wellness-form input")?.focus());
  }

  #form({ rules }: Wellness): TemplateResult {
    const check = (name: string, label: string, on: boolean): TemplateResult => html`<label class="check"><span><input type="checkbox" name=${name} ?checked=${on}> ${label}</span></label>`;
    const number = (name: string, label: string, value: number | undefined, hint: string): TemplateResult => html`<label>${label}
      <input name=${name} type="number" step="any" placeholder=${hint} .value=${String(value ?? "")}></label>`;
    const minutes = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds / MINUTE);
    return html`<form class="form" id="wellness-form" @submit=${(event: Event) => void this.#save(event)}>
      ${check("blur", "Blur", rules.display?.blur ?? false)}${check("greyscale", "Grey", rules.display?.greyscale ?? false)}${check("mute", "Mute", rules.display?.mute ?? false)}
      ${number("size", "Size at most, %", rules.display?.mostSize, "100")}${number("work", "Break after minutes", minutes(rules.workSeconds), "none")}
      ${number("break", "Break of minutes", minutes(rules.breakSeconds), "none")}${number("rotate", "Another label after", rules.rotateAfter, "none")}
      <label>Items an hour, a limit a line <textarea name="limits" rows="3" placeholder="gore, minor: 20" .value=${limitLines(rules).join("\n")}></textarea></label>
      <p class="trouble" role="alert" ?hidden=${this.#trouble === ""}>${this.#trouble}</p>
      <div class="buttons"><button type="submit" class="primary">Save</button><button type="button" @click=${() => this.#edit(false)}>Cancel</button></div></form>`;
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.#wellness.is !== "there") {
      return;
    }
    try {
      const rules = rulesOf(new FormData(event.target as HTMLFormElement));
      const made = await ask<Wellness>("review/wellness", { method: "PUT", query: visitor.of(), body: { version: this.#wellness.value.version, rules } });
      this.#got({ is: "there", value: made });
      this.#edit(false);
      say(`Version ${made.version} holds.`);
    } catch (thrown) {
      this.#trouble = asProblem(thrown).message;
      this.requestUpdate();
    }
  }

  async #optOut(event: Event): Promise<void> {
    event.preventDefault();
    try {
      const labels = list(String(new FormData(event.target as HTMLFormElement).get("labels") ?? ""));
      this.#got({ is: "there", value: await ask<Wellness>("review/wellness/opt-out", { method: "PUT", query: visitor.of(), body: { labels } }) });
      say("Kept.");
      this.requestUpdate();
    } catch (thrown) {
      say(asProblem(thrown).message);
    }
  }

  #seen(): TemplateResult {
    if (this.#report.is !== "there") {
      return this.#report.is === "loading" ? loading("what was seen") : problem(this.#report.problem);
    }
    const all = this.#report.value;
    return all.length === 0 ? html`<p class="small">No label was seen by five people or more within seven days; fewer are not shown.</p>` : html`<h3>Seen within seven days</h3>
      <div class="wide" tabindex="0" role="region" aria-label="Seen within seven days"><table><thead><tr><th scope="col">Label</th><th scope="col" class="number">Pictures</th><th scope="col" class="number">People</th>
      <th scope="col" class="number">Opted out</th></tr></thead><tbody>${all.map(({ label, items, people, optedOut, team }) => html`<tr><td>${label}</td><td class="number">${items.toLocaleString()}</td>
        <td class="number">${people}</td><td class="number">${optedOut === undefined ? "few" : `${optedOut} of ${team} (${Math.round(100 * optedOut / team)} %)`}</td></tr>`)}</tbody></table></div>`;
  }
}

customElements.define("wellness-card", WellnessCard);
