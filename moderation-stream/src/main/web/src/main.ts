// The console: head, navigation, and the page that the address names.

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { visitor } from "./api/visitor.js";
import { tell } from "./api/http.js";
import { live } from "./live/live.js";
import { help } from "./parts/help.js";
import { isMeant } from "./keys.js";
import { keys, loading, problem } from "./parts/marks.js";
import { sitting } from "./review/sitting.js";
import { address, parse, type PageName, type Route } from "./router.js";
import { own } from "./settings.js";
import "uplot/dist/uPlot.min.css";
import "./style/console.css";
import "./pages/overview.js";
import "./pages/review.js";
import "./pages/decisions.js";
import "./pages/attacks.js";
import "./pages/image.js";
import "./pages/uploader.js";
import "./pages/bank.js";
import "./pages/system.js";
import "./pages/restricted.js";

const NAVIGATION: readonly (readonly [PageName, string, string, string])[] = [
  ["overview", "Overview", "o", "#/overview"], ["review", "Review", "w", "#/review"], ["decisions", "Decisions", "d", "#/decisions?live=1"],
  ["attacks", "Attacks", "t", "#/attacks"], ["bank", "Bank and policy", "a", "#/bank"], ["system", "System", "y", "#/system"],
];
/** Of designated staff alone. */
const RESTRICTED: (typeof NAVIGATION)[number] = ["restricted", "Restricted", "x", "#/restricted"];
const navigation = (): typeof NAVIGATION => (visitor.may("child-safety") ? [...NAVIGATION, RESTRICTED] : NAVIGATION);
const STATES = { connecting: "Connecting…", live: "Live", lost: "Connection lost, trying again…" };
const THEMES = ["system", "light", "dark"] as const;
const THEME_NAMES = { system: "Light or dark as your system", light: "Light", dark: "Dark" };

interface WithKeys extends HTMLElement {
  onKey?(event: KeyboardEvent): boolean;
}

class BulwarkConsole extends LitElement {
  #route: Route = parse(location.hash);
  #awaitsPage = false;

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", () => this.#go());
    document.addEventListener("keydown", (event) => this.#onKey(event));
    live.addEventListener("change", () => this.requestUpdate());
    own.addEventListener("change", () => this.#dress());
    this.#dress();
    live.start();
  }

  #go(): void {
    const former = this.#route;
    this.#route = parse(location.hash);
    this.requestUpdate();
    if (former.page !== this.#route.page || former.id !== this.#route.id) {
      window.scrollTo(0, 0);
      void this.updateComplete.then(() => {
        this.querySelector(".nav a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
        this.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
      });
    }
  }

  #dress(): void {
    document.documentElement.dataset["theme"] = own.get("theme");
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const { system, systemProblem, connection } = live;
    const trouble = system === null || (system.ready && systemProblem === null) ? "" : systemProblem?.message ?? system.message;
    const { page } = this.#route;
    document.title = `${[...NAVIGATION, RESTRICTED].find(([name]) => name === page)?.[1] ?? (page === "image" ? "Image" : "Uploader")} · Bulwark`;
    return html`<a class="skip" href="#main" @click=${(event: Event) => {
        event.preventDefault();
        this.querySelector<HTMLElement>("main")?.focus();
      }}>Skip to the content</a>
      <header class="top">
        <a class="brand" aria-label="Bulwark console" href="#/overview"><img src="favicon.svg" alt="" width="26" height="26"><span><b>Bulwark</b> console</span></a>
        <p id="connection" class="connection" role="status" data-state=${connection}><span class="dot" aria-hidden="true"></span><span id="connection-text">${STATES[connection]}</span></p>
        <div class="tools">
          ${visitor.seesEveryTenant ? html`<label class="tenant">Tenant <input id="tenant" .value=${visitor.tenant} autocomplete="off" spellcheck="false"
            @change=${(event: Event) => this.#tenant((event.target as HTMLInputElement).value.trim())}></label>` : nothing}
          <button type="button" id="theme" title="Colours: ${THEME_NAMES[own.get("theme")]}" aria-label="Colours: ${THEME_NAMES[own.get("theme")]}" @click=${() => this.#theme()}>${
            { system: "◐", light: "☀", dark: "☾" }[own.get("theme")]}</button>
          <button type="button" id="help" aria-label="Keys" title="Keys" @click=${() => help()}>?</button>
          ${system !== null && system.you.login !== "local" ? html`<p id="visitor" class="visitor"><span id="visitor-name">${
            visitor.seesEveryTenant ? visitor.name : `${visitor.name} · ${visitor.tenant}`}</span><button id="logout" type="button" @click=${() => void this.#logOut()}>Log out</button></p>` : nothing}
        </div>
      </header>
      <nav class="nav" aria-label="Pages">${navigation().map(([name, text, , to]) => html`<a href=${to} aria-current=${name === page ? "page" : nothing}>${text}${
        name === "review" && live.queue !== null && live.queue.waiting > 0 ? html` <span class="count">${live.queue.waiting}</span>` : nothing}</a>`)}</nav>
      <p id="trouble" class="trouble" role="alert" ?hidden=${trouble === ""}>${trouble}</p>
      <main id="main" tabindex="-1">${system === null ? this.#absent() : this.#page()}</main>
      <div id="said" class="said" role="status" hidden></div>
      <footer class="foot"><span>Keys ${keys("?")}</span>${system === null ? nothing : html`<span>${system.version}</span>`}<span>Times are in ${Intl.DateTimeFormat().resolvedOptions().timeZone}</span></footer>`;
  }

  #absent(): TemplateResult {
    return live.connection === "lost"
      ? problem({ kind: "offline", message: "The console tries again by itself." })
      : loading("the console");
  }

  #page(): TemplateResult {
    const route = this.#route;
    switch (route.page) {
      case "review": return html`<review-page .route=${route}></review-page>`;
      case "decisions": return html`<decisions-page .route=${route}></decisions-page>`;
      case "attacks": return html`<attacks-page .route=${route}></attacks-page>`;
      case "image": return html`<image-page .route=${route}></image-page>`;
      case "uploader": return html`<uploader-page .route=${route}></uploader-page>`;
      case "bank": return html`<bank-page .route=${route}></bank-page>`;
      case "system": return html`<system-page .route=${route}></system-page>`;
      case "restricted": return html`<restricted-page .route=${route}></restricted-page>`;
      case "overview": return html`<overview-page .route=${route}></overview-page>`;
    }
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const typing = target.matches("input:not([type=checkbox]), textarea, select");
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null || (typing && event.key !== "Escape")) {
      return;
    }
    if (!isMeant(event)) {
      event.preventDefault(); // also the click that Enter makes on a button
      return;
    }
    if (event.key === "?") {
      help();
    } else if (this.#awaitsPage) {
      this.#awaitsPage = false;
      const to = navigation().find(([, , key]) => key === event.key.toLowerCase())?.[3];
      if (to === undefined) {
        return;
      }
      location.hash = to;
    } else if (event.key === ".") {
      this.#awaitsPage = true;
    } else if (!(this.querySelector<WithKeys>("main > *")?.onKey?.(event) ?? false)) {
      if (typing) {
        target.blur();
      }
      return;
    }
    event.preventDefault();
  }

  #tenant(name: string): void {
    void sitting.rest(); // what is held belongs to the former tenant
    own.set("tenant", name);
    location.hash = address(this.#route.page === "image" || this.#route.page === "uploader" ? "overview" : this.#route.page);
    void live.lookAtQueue();
  }

  #theme(): void {
    own.set("theme", THEMES[(THEMES.indexOf(own.get("theme")) + 1) % THEMES.length] ?? "system");
  }

  async #logOut(): Promise<void> {
    if (live.system?.you.login === "oidc") {
      location.assign("logout");
      return;
    }
    await tell("logout", "POST").catch(() => undefined);
    location.assign("login.html");
  }
}

customElements.define("bulwark-console", BulwarkConsole);
