// Where one is: a page, what it is about, and its parameters, all of it in the address behind the #.

export type PageName = "overview" | "review" | "decisions" | "attacks" | "image" | "uploader" | "bank" | "system" | "restricted";

export interface Route {
  readonly page: PageName;
  /** The image, uploader or campaign; empty on the other pages. */
  readonly id: string;
  readonly query: URLSearchParams;
}

const PAGES: readonly PageName[] = ["overview", "review", "decisions", "attacks", "image", "uploader", "bank", "system", "restricted"];

/** Reads an address such as {@code #/image/a%2Fb?tenant=shop}; what is no page leads to the overview. */
export function parse(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [name = "", id = ""] = path.split("/");
  const page = PAGES.find((known) => known === name) ?? "overview";
  return { page, id: decoded(id), query: new URLSearchParams(search) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a page. Parameters that are empty are left out. */
export function address(page: PageName, id = "", query: Record<string, string | undefined> = {}): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value) {
      kept.set(name, value);
    }
  }
  const search = kept.toString();
  return `#/${page}${id === "" ? "" : `/${encodeURIComponent(id)}`}${search === "" ? "" : `?${search}`}`;
}

/** Goes to an address without a new entry in the history. */
export function replace(to: string): void {
  history.replaceState(null, "", to);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
