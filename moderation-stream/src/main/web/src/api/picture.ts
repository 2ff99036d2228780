// Pictures as the application re-encodes them. They live in memory only, as long as they are looked at.

import { asProblem, send, type Problem } from "./http.js";

export type Picture =
  | { readonly kind: "shown"; readonly url: string; readonly frames: number }
  | { readonly kind: "absent"; readonly why: string };

const FRAMES = "Bulwark-Frames";

const WHY: Record<string, string> = {
  "picture-gone": "The picture is gone: neither the topic nor the evidence store has it any more.",
  "picture-changed": "Under this address lies another picture now than the one that was judged, so it is not shown.",
  "location-silent": "The place where the picture lies does not answer now.",
  "no-preview": "No preview service answers. Everything else on this page holds.",
  "picture-undecodable": "The file is no picture that can be decoded within the limits.",
  "no-database": "Without a database no pictures are kept for review.",
  "not-allowed": "This picture is for reviewers, as far as limits and what they opted out of leave room.",
  "not-found": "There is no picture here.",
  offline: "The application does not answer, so the picture could not be loaded.",
};

/**
 * Loads a picture. What goes wrong is a sentence and no error.
 *
 * @param path below the API, such as images/ID/picture
 * @param strip whether the frames of an animation are asked for, side by side
 */
export async function load(path: string, tenant: { tenant?: string; beside?: string }, strip = false): Promise<Picture> {
  try {
    const answer = await send(path, { query: { ...tenant, ...(strip ? { frames: "strip" } : {}) } });
    const frames = Number(answer.headers.get(FRAMES) ?? "1");
    return { kind: "shown", url: URL.createObjectURL(await answer.blob()), frames: Number.isFinite(frames) ? frames : 1 };
  } catch (thrown) {
    return { kind: "absent", why: sentence(asProblem(thrown)) };
  }
}

/** What a problem with a picture means. */
export function sentence(problem: Pick<Problem, "kind" | "message">): string {
  return WHY[problem.kind] ?? problem.message;
}

/** A place for one picture. What comes too late for it is freed. */
export class Slot {
  shown: Picture | null = null;
  #asked = 0;

  /** Waits for a picture and shows it, unless the place was cleared or given another picture meanwhile. */
  async fill(loading: Promise<Picture>): Promise<void> {
    const asked = ++this.#asked;
    const picture = await loading;
    if (asked === this.#asked) {
      drop(this.shown);
      this.shown = picture;
    } else {
      drop(picture);
    }
  }

  clear(): void {
    this.#asked += 1;
    drop(this.shown);
    this.shown = null;
  }
}

/** Frees the memory of a picture. */
export function drop(picture: Picture | null): void {
  if (picture?.kind === "shown") {
    URL.revokeObjectURL(picture.url);
  }
}
