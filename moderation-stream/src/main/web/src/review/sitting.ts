// The session of this browser's reviewer. It outlives the page, so that one can look at an uploader and come back.

import type { Verdict } from "../api/documents.js";
import { ask, part } from "../api/http.js";
import { drop, load } from "../api/picture.js";
import { visitor } from "../api/visitor.js";
import { desk } from "./desk.js";
import { Session } from "./session.js";

export const sitting = new Session(desk, {
  picture: (claim) => load(`review/items/${part(claim.itemId)}/picture`, visitor.of(claim.tenant)),
  verdict: (claim) => ask<Verdict>(`verdicts/${part(claim.imageId)}`, { query: visitor.of(claim.tenant) }).catch(() => null),
  drop,
});

/** A random UUID, also where the page came without TLS and crypto.randomUUID is missing. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
