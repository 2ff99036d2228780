import assert from "node:assert/strict";
import { test } from "node:test";
import type { Verdict } from "../src/api/documents.js";
import { conflicts } from "../src/live/conflicts.js";

function verdict(imageId: string, ...near: readonly (readonly [string, string, number])[]): Verdict {
  return {
    imageId, decidingView: "whole",
    views: [
      { view: "corner", score: 0.9, neighbours: [], classProbabilities: null },
      { view: "whole", score: 0.5, classProbabilities: null, neighbours: near.map(([referenceId, label, similarity]) => ({ referenceId, label, similarity, variant: null })) },
    ],
  } as unknown as Verdict;
}

test("references of two labels that are nearly equally near conflict, the narrowest first", () => {
  const found = conflicts([
    verdict("a", ["r1", "porn", 0.9], ["r2", "porn", 0.89], ["r3", "fine", 0.85]),
    verdict("b", ["r3", "fine", 0.91], ["r1", "porn", 0.9]),
    verdict("c", ["r4", "porn", 0.9], ["r5", "fine", 0.895]),
  ], 8);
  assert.deepEqual(found.map(({ one, other, pictures, verdict: of }) => [one.referenceId, other.referenceId, pictures, of.imageId]),
    [["r4", "r5", 1, "c"], ["r3", "r1", 2, "b"]]);
});

test("what is far apart, of one label, or has no neighbours is no conflict", () => {
  assert.deepEqual(conflicts([
    verdict("a", ["r1", "porn", 0.9], ["r3", "fine", 0.7]), verdict("b", ["r1", "porn", 0.9], ["r2", "porn", 0.9]), verdict("c"),
  ], 8), []);
});
