import assert from "node:assert/strict";
import { test } from "node:test";
import { byWorkers, first, typed } from "../src/parts/trial.js";

test("what is tried first is rounded and in order, whatever the verdicts tell", () => {
  assert.deepEqual(first(undefined), { review: 0.4, flag: 0.6 });
  assert.deepEqual(first({ safe: 0.30000000000000004, flag: 0.7000000001 }), { review: 0.3, flag: 0.7 });
  assert.deepEqual(first({ safe: 0.5000001, flag: 0.5 }), { review: 0.5, flag: 0.5 });
  assert.deepEqual(first({ flag: 0.2 }), { review: 0.2, flag: 0.2 });
});

test("an emptied field is not zero", () => {
  assert.deepEqual(typed("0.2", "0.9"), { review: 0.2, flag: 0.9 });
  assert.deepEqual(typed("0", "1"), { review: 0, flag: 1 });
  assert.equal(typed("", "0.9"), null);
  assert.equal(typed("0.2", " "), null);
  assert.equal(typed("0.2", "1.5"), null);
  assert.equal(typed("nothing", "0.5"), null);
});

test("what people decided would not be decided otherwise by thresholds", () => {
  assert.deepEqual(byWorkers([
    { would: "NSFW", holds: "SAFE", byPerson: true, cases: 7 },
    { would: "NSFW", holds: "SAFE", byPerson: false, cases: 2 },
    { would: "SAFE", holds: "SAFE", byPerson: false, cases: 3 },
  ]), { all: 5, otherwise: 2 });
});
