// How a reviewer has pictures shown: own settings, applied to every picture under review.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Picture } from "../api/picture.js";
import { own } from "../settings.js";
import { keys } from "../parts/marks.js";

const SIZES = [40, 60, 80, 100] as const;

/** A picture, or the sentence that stands in its place. */
export function picture(shown: Picture | null, alt: string, options: {
  unveiled?: boolean; strip?: boolean; onShown?: () => void; onBroken?: () => void;
} = {}): TemplateResult {
  if (shown === null) {
    return html`<div class="picture absent"><p role="status">Loading the picture…</p></div>`;
  }
  if (shown.kind === "absent") {
    return html`<div class="picture absent" data-picture="absent"><p role="status">${shown.why}</p></div>`;
  }
  const veil = own.get("blur") && !options.unveiled;
  return html`<div class="picture ${options.strip ? "strip" : ""}" data-picture="shown">${keyed(shown.url, // one element for each picture, so that its events are about no other
    html`<img src=${shown.url} alt=${alt} @load=${() => options.onShown?.()} @error=${() => options.onBroken?.()}
      class="${veil ? "veiled" : ""} ${own.get("greyscale") ? "grey" : ""}" .style=${`width: ${own.get("size")}%; height: ${own.get("size")}%`}>`)}</div>`;
}

/** Larger or smaller. */
export function resize(step: 1 | -1): void {
  const at = SIZES.findIndex((size) => size >= own.get("size"));
  own.set("size", SIZES[Math.min(SIZES.length - 1, Math.max(0, at + step))] ?? 100);
}

/** The switches for them, each with its key; beside a single picture only the switches for its look. */
export function switches(forReview = true): TemplateResult {
  const one = (name: "blur" | "greyscale" | "mute", text: string, key: string): TemplateResult => html`<button type="button" class="switch"
    aria-pressed=${own.get(name)} ?disabled=${own.isFixed(name)} title=${own.isFixed(name) ? "An admin set this for everyone." : ""} @click=${() => own.set(name, !own.get(name))}>${text} ${forReview ? keys(key) : nothing}</button>`;
  return html`<div class="switches" role="group" aria-label="How pictures are shown">${forReview ? one("blur", "Blur", "B") : nothing}${one("greyscale", "Grey", "G")}
    <span class="sizes"><button type="button" class="switch" aria-label="Smaller" @click=${() => resize(-1)}>−</button><span class="small">${own.get("size")} %</span><button
      type="button" class="switch" aria-label="Larger" @click=${() => resize(1)}>+</button></span>${forReview ? one("mute", "Mute", "M") : nothing}</div>`;
}

/** A short tone, unless the reviewer wants none. */
export function tone(hertz: number): void {
  if (own.get("mute")) {
    return;
  }
  const audio = new AudioContext();
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.frequency.value = hertz;
  volume.gain.value = 0.06;
  oscillator.connect(volume).connect(audio.destination);
  oscillator.onended = () => void audio.close();
  oscillator.start();
  oscillator.stop(audio.currentTime + 0.15);
}
