// References of different labels that lie near the same pictures: the bank is unsure there, or one of them has a wrong label.

import type { Neighbour, Verdict } from "../api/documents.js";
import { decidingView } from "./deciding.js";

/** Two references that are nearly equally near to a picture and say different things of it. */
export interface Conflict {
  readonly one: Neighbour;
  readonly other: Neighbour;
  /** How many pictures lie between them. */
  readonly pictures: number;
  /** The least difference of the two similarities. */
  readonly gap: number;
  /** The picture of that difference. */
  readonly verdict: Verdict;
}

/** From this difference on the nearer one clearly decides. */
const WIDEST = 0.15;

/** The conflicts among the neighbours that decided, the narrowest first. */
export function conflicts(verdicts: Iterable<Verdict>, most: number): Conflict[] {
  const found = new Map<string, Conflict>();
  for (const verdict of verdicts) {
    const [nearest, ...others] = [...decidingView(verdict)?.neighbours ?? []].sort((one, other) => other.similarity - one.similarity);
    const against = others.find(({ label }) => label !== nearest?.label);
    if (nearest === undefined || against === undefined || nearest.similarity - against.similarity > WIDEST) {
      continue;
    }
    const key = JSON.stringify([nearest.referenceId, against.referenceId].sort());
    const before = found.get(key);
    const here = { one: nearest, other: against, pictures: 1, gap: nearest.similarity - against.similarity, verdict };
    found.set(key, before === undefined ? here : { ...(here.gap < before.gap ? here : before), pictures: before.pictures + 1 });
  }
  return [...found.values()].sort((one, other) => one.gap - other.gap).slice(0, most);
}
