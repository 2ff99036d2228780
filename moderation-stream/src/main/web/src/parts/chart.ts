// A live chart, drawn by uPlot. Words beside it describe what it shows, for people who cannot see it.

import { LitElement, html, type TemplateResult } from "lit";
import uPlot from "uplot";
import { own } from "../settings.js";

export interface Line {
  readonly name: string;
  /** A custom property of the style sheet, such as --safe. */
  readonly colour: string;
  readonly filled?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Seconds since 1970, ascending, then one list of values for each line. */
  readonly data: readonly (readonly (number | null)[])[];
}

const HEIGHT = 190;

class LiveChart extends LitElement {
  #chart: Chart | null = null;
  #plot: uPlot | null = null;
  readonly #room = new ResizeObserver(() => this.#fit());
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #repaint = (): void => {
    this.#plot?.destroy();
    this.#plot = null;
    this.requestUpdate();
  };

  override createRenderRoot(): HTMLElement {
    return this;
  }

  set chart(chart: Chart) {
    this.#chart = chart;
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#room.observe(this);
    this.#dark.addEventListener("change", this.#repaint);
    own.addEventListener("change", this.#repaint);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#room.disconnect();
    this.#dark.removeEventListener("change", this.#repaint);
    own.removeEventListener("change", this.#repaint);
    this.#plot?.destroy();
    this.#plot = null;
  }

  override render(): TemplateResult {
    const chart = this.#chart;
    return html`<figure class="chart">
      <figcaption>${chart?.lines.map(({ name, colour }, i) => html`<span class="key"><i aria-hidden="true" .style=${`background: var(${colour})`}></i>${name}
        <b>${value(chart.data[i + 1]?.findLast((each) => each !== null), chart.unit)}</b></span>`)}</figcaption>
      <div class="plot" aria-hidden="true"></div></figure>`;
  }

  protected override updated(): void {
    const chart = this.#chart;
    const plot = this.querySelector<HTMLElement>(".plot");
    if (chart === null || plot === null || this.clientWidth === 0) {
      return;
    }
    const data = chart.data.map((series) => [...series]) as uPlot.AlignedData;
    if (this.#plot === null) {
      this.#plot = new uPlot(this.#options(chart), data, plot);
    } else {
      this.#plot.setData(data);
    }
  }

  #fit(): void {
    if (this.#plot === null) {
      this.requestUpdate();
    } else if (this.#plot.width !== this.clientWidth) {
      this.#plot.setSize({ width: this.clientWidth, height: HEIGHT });
    }
  }

  /** What a colour of the style sheet is now, light or dark: a canvas knows no custom properties. */
  #colour(name: string): string {
    this.style.color = `var(${name})`;
    const { color } = getComputedStyle(this);
    this.style.color = "";
    return color;
  }

  #options(chart: Chart): uPlot.Options {
    const colour = (name: string): string => this.#colour(name);
    const axis = {
      stroke: colour("--soft"), font: "11px system-ui, sans-serif",
      grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 },
    };
    return {
      width: this.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 5 } },
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 0) * 1.15)] } },
      axes: [
        { ...axis, space: 60, values: (plot, ticks) => ticks.map((tick) => instant(tick, (plot.data[0].at(-1) ?? 0) - (plot.data[0][0] ?? 0))) },
        { ...axis, size: 46, space: 36, values: (_plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? tick.toLocaleString() : tick.toFixed(1))) },
      ],
      series: [{}, ...chart.lines.map((line): uPlot.Series => ({
        label: line.name, stroke: colour(line.colour), width: 2, spanGaps: true, points: { show: chart.data[0]!.length < 2 },
        ...(line.filled ? { fill: `color-mix(in srgb, ${colour(line.colour)} 14%, transparent)` } : {}),
      }))],
    };
  }
}

/** The hour, or the day where the chart spans more than two. */
function instant(seconds: number, span: number): string {
  const at = new Date(seconds * 1000);
  return span > 2 * 86_400 ? at.toLocaleDateString([], { month: "short", day: "numeric" }) : at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

function value(number: number | null | undefined, unit: string): string {
  return number === null || number === undefined ? "–" : `${Number.isInteger(number) ? number.toLocaleString() : number.toFixed(1)}${unit}`;
}

customElements.define("live-chart", LiveChart);

export function chart(what: Chart): TemplateResult {
  return html`<live-chart .chart=${what}></live-chart>`;
}
