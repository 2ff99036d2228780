// A drawing by ECharts. It is for the eyes alone: each page that shows one has the same figures in a table beside it.

import { LitElement, html, type TemplateResult } from "lit";
import { own } from "../settings.js";
import type { ECharts, EChartsCoreOption } from "./echarts.js";

/** What a custom property of the style sheet, such as --safe, is now: a canvas knows none. */
export type Colours = (name: string) => string;

export interface Drawing {
  /** What is drawn. Another object here causes a redraw. */
  readonly about: object;
  /** Pixels. */
  readonly height: number;
  /** @param room pixels from left to right */
  readonly option: (colour: Colours, room: number) => EChartsCoreOption;
  /** Where a click on a mark leads; null for nowhere. */
  readonly leads?: (mark: { readonly series: number; readonly index: number }) => string | null;
}

class EChart extends LitElement {
  #drawing: Drawing | null = null;
  #chart: ECharts | null = null;
  #failed = false;
  #size = "";
  readonly #room = new ResizeObserver(() => void this.#draw());
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #redraw = (): void => void this.#draw();

  override createRenderRoot(): HTMLElement {
    return this;
  }

  set drawing(drawing: Drawing) {
    const former = this.#drawing;
    this.#drawing = drawing;
    if (former?.about !== drawing.about) {
      void this.#draw();
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#room.observe(this);
    this.#dark.addEventListener("change", this.#redraw);
    own.addEventListener("change", this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#room.disconnect();
    this.#dark.removeEventListener("change", this.#redraw);
    own.removeEventListener("change", this.#redraw);
    this.#chart?.dispose();
    this.#chart = null;
  }

  override render(): TemplateResult {
    return this.#failed ? html`<p class="small" role="status">The drawing could not be loaded; the table says the same.</p>` : html`<div class="plot" aria-hidden="true"></div>`;
  }

  async #draw(): Promise<void> {
    await this.updateComplete;
    const charts = await import("./echarts.js").catch(() => null);
    const plot = this.querySelector<HTMLElement>(".plot");
    const drawing = this.#drawing;
    if (charts === null) {
      this.#failed = true;
      this.requestUpdate();
      return;
    }
    if (drawing === null || plot === null || !this.isConnected || this.clientWidth === 0) {
      return;
    }
    plot.style.height = `${drawing.height}px`;
    if (this.#chart === null) {
      this.#chart = charts.init(plot, null, { renderer: "canvas" });
      this.#chart.on("click", ({ seriesIndex, dataIndex, dataType }) => {
        const to = dataType === "edge" ? null : this.#drawing?.leads?.({ series: seriesIndex ?? 0, index: dataIndex }) ?? null;
        if (to !== null) {
          location.hash = to;
        }
      });
    }
    const size = `${this.clientWidth}x${drawing.height}`;
    if (size !== this.#size) {
      this.#size = size;
      this.#chart.resize();
    }
    this.#chart.setOption({ animation: false, ...drawing.option((name) => this.#colour(name), this.clientWidth) }, { notMerge: true });
  }

  #colour(name: string): string {
    this.style.color = `var(${name})`;
    const { color } = getComputedStyle(this);
    this.style.color = "";
    return color;
  }
}

customElements.define("e-chart", EChart);

export function drawing(what: Drawing): TemplateResult {
  return html`<e-chart .drawing=${what}></e-chart>`;
}

/** What both axes of a drawing look like. */
export function axis(colour: Colours): Record<string, unknown> {
  return {
    axisLabel: { color: colour("--soft"), fontSize: 11, hideOverlap: true },
    axisLine: { lineStyle: { color: colour("--line") } }, axisTick: { lineStyle: { color: colour("--line") } },
    splitLine: { lineStyle: { color: colour("--line") } },
  };
}

/** What a note at the pointer looks like. It is drawn, too: the page's policy forbids styles within markup. */
export function tooltip(colour: Colours): Record<string, unknown> {
  return {
    renderMode: "richText", confine: true, backgroundColor: colour("--surface"), borderColor: colour("--line"),
    textStyle: { color: colour("--text"), fontSize: 12, lineHeight: 17 },
  };
}
