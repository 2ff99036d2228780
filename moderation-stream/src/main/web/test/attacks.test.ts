import assert from "node:assert/strict";
import { test } from "node:test";
import { lanesOf, standing, timelineOf } from "../src/live/attacks.js";

const at = (hour: number): string => `2026-11-27T${String(hour).padStart(2, "0")}:00:00Z`;

test("every hour has its bar, also those in which nothing happened, and the most frequent kind comes first", () => {
  const found = timelineOf({
    since: at(8), bucketSeconds: 3600,
    counts: [{ from: at(8), kind: "HASH_TWIN", audits: 1 }, { from: at(10), kind: "NEAR_FLAGGED", audits: 3 }],
  }, Date.parse("2026-11-27T10:30:00Z"));
  assert.deepEqual(found.from, [8, 9, 10].map((hour) => Date.parse(at(hour))));
  assert.deepEqual(found.kinds, [{ kind: "NEAR_FLAGGED", counts: [0, 0, 3], all: 3 }, { kind: "HASH_TWIN", counts: [1, 0, 0], all: 1 }]);
});

test("what the red team tried is no attack", () => {
  assert.deepEqual(timelineOf({ since: at(8), bucketSeconds: 3600, counts: [{ from: at(8), kind: "ROBUSTNESS_PROBE", audits: 5 }] }, Date.parse(at(9))).kinds, []);
});

test("each account has a lane, in the order of their first attempts", () => {
  const by = (uploaderId: string): { uploaderId: string } => ({ uploaderId });
  assert.deepEqual(lanesOf([by("b"), by("a"), by("b")]), { names: ["b", "a"], of: [0, 1, 0] });
});

test("where there are too many accounts those with the fewest attempts share the last lane", () => {
  const members = ["a", "b", "c", "b", "d", "b", "c"].map((uploaderId) => ({ uploaderId }));
  assert.deepEqual(lanesOf(members, 3), { names: ["b", "c", "2 others"], of: [2, 0, 1, 0, 2, 0, 1] });
});

test("an interval that holds the objective says nothing about it", () => {
  assert.equal(standing({ low: 0.91, high: 0.97 }, 0.9), "HELD");
  assert.equal(standing({ low: 0.9, high: 0.97 }, 0.9), "HELD");
  assert.equal(standing({ low: 0.8, high: 0.9 }, 0.9), "OPEN");
  assert.equal(standing({ low: 0.8, high: 0.89 }, 0.9), "MISSED");
});
