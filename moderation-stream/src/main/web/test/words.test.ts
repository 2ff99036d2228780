import assert from "node:assert/strict";
import { test } from "node:test";
import { countdown, counted, hour, length, moment, words } from "../src/words.js";

test("an instant of another day shows its day", () => {
  const now = new Date(2026, 6, 14, 12, 0, 0);
  assert.equal(moment(new Date(2026, 6, 14, 9, 5, 7), now), "09:05:07");
  assert.equal(moment(new Date(2026, 6, 12, 9, 5, 7), now), "Jul 12 09:05:07");
  assert.equal(moment(new Date(2025, 6, 12, 9, 5, 7), now), "Jul 12, 2025 09:05:07");
  assert.equal(hour(new Date(2026, 6, 12, 9, 5, 7), now), "Jul 12 09:05");
});

test("lengths are said in the largest unit that fits", () => {
  assert.deepEqual([850, 1500, 59_000, 300_000, 7_300_000, 260_000_000].map(length), ["850 ms", "1.5 s", "59 s", "5 min", "2 h", "3 days"]);
  assert.deepEqual([65_000, 0, -5].map(countdown), ["1:05", "0:00", "0:00"]);
});

test("constants become words and numbers their plural", () => {
  assert.equal(words("TOO_MANY_PIXELS"), "Too many pixels");
  assert.deepEqual([counted(1, "item"), counted(2, "item")], ["1 item", "2 items"]);
});
