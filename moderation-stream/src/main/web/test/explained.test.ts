import assert from "node:assert/strict";
import { test } from "node:test";
import type { Explanation, Verdict } from "../src/api/documents.js";
import { apart, margin } from "../src/live/explained.js";

const explanation = { view: "square", score: 0.93 } as Explanation;
const verdict = (score: number, decidingView: string | null) => ({ score, decidingView }) as Verdict;

test("the sign of a margin is put into words", () => {
  assert.equal(margin(0.1184), "+0.118: the view lies nearer to flagged references");
  assert.equal(margin(-0.05), "−0.050: the view lies nearer to references that are not flagged");
});

test("a copy that is decided like the file says nothing more", () => {
  assert.equal(apart(explanation, verdict(0.94, "square")), "0.930 of the copy, 0.940 in the verdict");
  assert.equal(apart(explanation, null), "0.930 of the copy");
});

test("another score or another view is pointed out", () => {
  assert.match(apart(explanation, verdict(0.4, "square")), /seen otherwise than the file/);
  assert.match(apart(explanation, verdict(0.94, "detail 2")), /decided by the view detail 2$/);
});
