// What all pages have in common: they draw into the document itself, follow what is live, and load things.

import { LitElement } from "lit";
import { asProblem, type Problem } from "../api/http.js";
import { live } from "../live/live.js";
import { own } from "../settings.js";
import { parse, type Route } from "../router.js";

/** Something that is loaded: not yet, there, or not to be had. */
export type Loaded<T> = { readonly is: "loading" } | { readonly is: "there"; readonly value: T } | { readonly is: "failed"; readonly problem: Problem };

export const LOADING = { is: "loading" } as const;

const ASK_AGAIN_MILLIS = 1500;

export abstract class Page extends LitElement {
  #route: Route = parse("");
  #leaving = new AbortController();
  readonly #redraw = (): void => this.requestUpdate();

  override createRenderRoot(): HTMLElement {
    return this;
  }

  get route(): Route {
    return this.#route;
  }

  set route(route: Route) {
    const former = this.#route;
    this.#route = route;
    if (this.isConnected && `${former.page}/${former.id}?${former.query}` !== `${route.page}/${route.id}?${route.query}`) {
      this.arrive();
    }
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    live.addEventListener("change", this.#redraw);
    own.addEventListener("change", this.#redraw);
    this.arrive();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    live.removeEventListener("change", this.#redraw);
    own.removeEventListener("change", this.#redraw);
    this.#leaving.abort();
  }

  /** The page was opened, or leads to something else now. */
  protected arrive(): void {}

  /** Ends with the page. */
  protected get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Loads something into a place, and once more after a moment where that may help. */
  protected async load<T>(what: () => Promise<T>, into: (loaded: Loaded<T>) => void, patient: readonly string[] = []): Promise<void> {
    const { signal } = this;
    try {
      into({ is: "there", value: await what() });
    } catch (thrown) {
      if (signal.aborted) {
        return;
      }
      const problem = asProblem(thrown);
      into({ is: "failed", problem });
      const passes = problem.kind === "offline" || (problem.status === 503 && !["no-database", "no-preview"].includes(problem.kind));
      if (passes || patient.includes(problem.kind)) {
        setTimeout(() => !signal.aborted && void this.load(what, into, patient), ASK_AGAIN_MILLIS);
      }
    }
    this.requestUpdate();
  }

  /** Does something every so often while the page is open. */
  protected every(millis: number, what: () => void): void {
    const timer = setInterval(what, millis);
    this.signal.addEventListener("abort", () => clearInterval(timer));
  }
}
