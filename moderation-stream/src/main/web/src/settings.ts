// Own settings: they stay in this browser and are sent nowhere.

export interface OwnSettings {
  theme: "system" | "light" | "dark";
  tenant: string;
  /** From which reviews are claimed; empty for all. */
  queue: string;
  blur: boolean;
  greyscale: boolean;
  /** Of the picture, percent of the room that it has. */
  size: number;
  mute: boolean;
  labels: string[];
  filters: Record<string, string>;
}

const DEFAULTS: OwnSettings = {
  theme: "system", tenant: "", queue: "", blur: true, greyscale: false, size: 100, mute: true, labels: [], filters: {},
};

/** How pictures are shown at least, as an admin sets it: a person may add to it. */
export interface Least {
  readonly blur: boolean;
  readonly greyscale: boolean;
  readonly size: number;
  readonly mute: boolean;
}

const NONE: Least = { blur: false, greyscale: false, size: 100, mute: false };

const NAME = "bulwark-console";

class Own extends EventTarget {
  #all: OwnSettings = { ...DEFAULTS, ...stored() };
  #least: Least = NONE;

  get<K extends keyof OwnSettings>(name: K): OwnSettings[K] {
    const { blur, greyscale, size, mute } = this.#all;
    const least = this.#least;
    const bound: Partial<OwnSettings> = { blur: blur || least.blur, greyscale: greyscale || least.greyscale, size: Math.min(size, least.size), mute: mute || least.mute };
    return bound[name] ?? this.#all[name];
  }

  /** Whether a switch is on by the admin's rule, so that it cannot be turned off here. */
  isFixed(name: "blur" | "greyscale" | "mute"): boolean {
    return this.#least[name];
  }

  /** From now on pictures are shown so at least. */
  bind(least: Partial<Least>): void {
    this.#least = { ...NONE, ...least };
    this.dispatchEvent(new Event("change"));
  }

  /** Keeps a setting and fires the event "change". */
  set<K extends keyof OwnSettings>(name: K, value: OwnSettings[K]): void {
    this.#all = { ...this.#all, [name]: value };
    try {
      localStorage.setItem(NAME, JSON.stringify(this.#all));
    } catch {
      // a browser that keeps nothing forgets the setting with the page
    }
    this.dispatchEvent(new Event("change"));
  }
}

function stored(): Partial<OwnSettings> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(NAME) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}

export const own = new Own();
