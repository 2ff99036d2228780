// The labels that a reviewer can give. Their order never changes while a reviewer works: it is the order of first sight,
// kept in this browser.

import type { Claim, Label, Verdict, Words } from "../api/documents.js";
import { own } from "../settings.js";

const MOST_KNOWN = 30;
const BY_KEY = 9;
/** What stands for "nothing to object to" is no label to give. */
const HARMLESS = "safe";

/** The labels that a reviewer can choose, each with its key where it has one: the tenant's, then, unless its list is closed, those of this browser. */
export function choices(words: Words | null): Label[] {
  const known = own.get("labels");
  if (words === null || words.labels.length === 0) {
    return known.map((name, i) => (i < BY_KEY ? { name, key: String(i + 1) } : { name }));
  }
  const listed = words.labels.filter(({ mergedInto }) => mergedInto === undefined);
  const names = new Set(words.labels.map(({ name }) => name));
  return words.closed ? listed : [...listed, ...known.filter((name) => !names.has(name)).map((name) => ({ name }))];
}

/** Labels as the tenant's list has them: merged ones as what they are merged into, and of a closed list no others. */
export function listed(names: readonly string[], words: Words | null): string[] {
  const labels = words?.labels ?? [];
  const given = names.map((name) => labels.find((label) => label.name === name)?.mergedInto ?? name);
  return [...new Set(given)].filter((name) => words === null || !words.closed || labels.some((label) => label.name === name));
}

/** Takes note of labels. */
export function learn(names: Iterable<string>): void {
  const known = own.get("labels");
  const news = [...new Set(names)].filter((name) => name !== "" && name !== HARMLESS && !known.includes(name));
  if (news.length > 0) {
    own.set("labels", [...known, ...news].slice(0, MOST_KNOWN));
  }
}

/** Labels that the machine names: the deciding ones, the policy's, the neighbours'. */
export function spokenOf(claim: Claim, verdict: Verdict | null): string[] {
  return [
    ...claim.labels,
    ...(verdict?.labels.map(({ label }) => label) ?? []),
    ...(verdict?.views.flatMap((view) => view.neighbours.map(({ label }) => label)) ?? []),
  ];
}

/** The labels that are chosen at first: what the machine's decision is about, else what the nearest neighbour shows. */
export function suggested(claim: Claim, verdict: Verdict | null): string[] {
  const worst = verdict?.views.find(({ view }) => view === verdict.decidingView) ?? [...verdict?.views ?? []].sort((one, other) => other.score - one.score)[0];
  const nearest = worst?.neighbours.find(({ label }) => label !== HARMLESS)?.label;
  const first = claim.labels.length > 0 ? claim.labels : verdict?.decidingLabel ? [verdict.decidingLabel] : nearest === undefined ? [] : [nearest];
  return first.filter((label) => label !== HARMLESS);
}
