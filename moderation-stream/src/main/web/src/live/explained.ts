// What an explanation says, in words.

import type { Explanation, Verdict } from "../api/documents.js";

/** The pictures of an explanation, as they are shown. */
export const MAPS = [
  { name: "picture", title: "The view", text: "as the encoder saw it" },
  { name: "gradient", title: "By gradient", text: "what small changes would do" },
  { name: "occlusion", title: "By occlusion", text: "what deleting parts does" },
] as const;

/** Scores that are less apart than this are called the same. */
const SAME = 0.05;

/** To which side the view lies, and by how much. */
export function margin(value: number): string {
  const number = `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
  return `${number}: the view lies nearer to ${value < 0 ? "references that are not flagged" : "flagged references"}`;
}

/** How the copy's score stands to the verdict's. */
export function apart(explanation: Explanation, verdict: Verdict | null): string {
  const score = `${explanation.score.toFixed(3)} of the copy`;
  if (verdict === null) {
    return score;
  }
  const both = `${score}, ${verdict.score.toFixed(3)} in the verdict`;
  if (Math.abs(explanation.score - verdict.score) >= SAME) {
    return `${both}: the copy is seen otherwise than the file, or the bank has changed since. The maps may not show what decided`;
  }
  const decided = verdict.decidingView;
  return decided !== null && decided !== explanation.view ? `${both}, which was decided by the view ${decided}` : both;
}
