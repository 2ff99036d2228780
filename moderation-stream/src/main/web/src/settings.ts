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

const NAME = "bulwark-console";

class Own extends EventTarget {
  #all: OwnSettings = { ...DEFAULTS, ...stored() };

  get<K extends keyof OwnSettings>(name: K): OwnSettings[K] {
    return this.#all[name];
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
