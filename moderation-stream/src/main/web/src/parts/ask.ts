// Asks for a sentence in a dialog, such as the reason of a skip.

import { html, render } from "lit";

/**
 * @param question what is asked
 * @param action on the button, such as "Skip"
 * @returns what was typed; null where the dialog was closed
 */
export function askForWords(question: string, action: string): Promise<string | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  document.body.append(dialog);
  return new Promise((resolve) => {
    const submit = (event: Event): void => {
      event.preventDefault();
      dialog.close(dialog.querySelector("textarea")!.value.trim());
    };
    const onKey = (event: KeyboardEvent): void => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        dialog.querySelector("form")!.requestSubmit();
      }
    };
    render(html`<form @submit=${submit} @keydown=${onKey}><label for="words">${question}</label>
      <textarea id="words" rows="3" maxlength="4000" required></textarea>
      <div class="buttons"><button type="button" @click=${() => dialog.close()}>Cancel</button><button type="submit" class="primary">${action}</button></div></form>`, dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "" ? null : dialog.returnValue);
    });
    dialog.showModal();
    dialog.querySelector("textarea")!.focus();
  });
}

/** A small message that goes by itself. */
export function say(text: string): void {
  const box = document.getElementById("said");
  if (box !== null) {
    box.textContent = text;
    box.hidden = false;
    window.setTimeout(() => {
      if (box.textContent === text) {
        box.hidden = true;
      }
    }, 6000);
  }
}
