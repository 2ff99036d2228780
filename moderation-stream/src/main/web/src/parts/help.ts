// What the keys do.

import { html, render } from "lit";
import { keys } from "./marks.js";

const GROUPS: readonly (readonly [string, readonly (readonly [readonly string[], string])[]])[] = [
  ["Everywhere", [
    [["?"], "these keys"], [[".", "O"], "Overview"], [[".", "W"], "Review"], [[".", "D"], "Decisions"], [[".", "T"], "Attacks"], [[".", "A"], "Bank and policy"], [[".", "Y"], "System"],
  ]],
  ["Review", [
    [["C"], "claim the next item"], [["S"], "safe"], [["N"], "NSFW, with the labels that are on"], [["1", "9"], "labels on and off"], [["U"], "undo"],
    [["K"], "skip, with a reason"], [["E"], "escalate to a senior"], [["R"], "give back"], [["T"], "note"], [["P"], "propose for the bank"], [["A"], "decide its copies too"], [["D"], "show what looks nearly the same, and decide it too"],
    [["V"], "show or blur this picture"], [["F"], "all frames"], [["B"], "blur pictures"], [["G"], "greyscale"], [["+", "−"], "larger, smaller"], [["M"], "mute"],
  ]],
  ["Decisions", [[["/"], "find"], [["P"], "pause"], [["↑", "↓"], "move"], [["Enter"], "open"], [["Esc"], "close"]]],
  ["A campaign", [[["C"], "confirm, with a note"], [["X"], "dismiss, with a note"], [["Esc"], "back to all attacks"]]],
];

/** Shows them until Escape. */
export function help(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "help";
  dialog.setAttribute("aria-labelledby", "help-title");
  document.body.append(dialog);
  render(html`<h2 id="help-title">Keys</h2><div class="groups">${GROUPS.map(([name, all]) => html`<section><h3>${name}</h3><dl>${all.map(([pressed, what]) =>
    html`<dt>${keys(...pressed)}</dt><dd>${what}</dd>`)}</dl></section>`)}</div>
    <div class="buttons"><button type="button" class="primary" @click=${() => dialog.close()}>Close</button></div>`, dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
