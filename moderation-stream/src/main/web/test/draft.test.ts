import assert from "node:assert/strict";
import { test } from "node:test";
import { Draft } from "../src/review/draft.js";
import type { Item } from "../src/review/claims.js";

const item = (label: string): Item => ({ claim: { labels: [label] }, verdict: null }) as unknown as Item;

test("reason, labels and proposal stay with their item, and none is the next one's", () => {
  const draft = new Draft();
  const one = item("weapons");
  draft.follow(one);
  draft.reason = " a toy ";
  draft.bank = true;
  draft.alike = [{ itemId: "c", imageId: "img-copy", uploaderId: "u" }];
  draft.near.add("b").add("a");
  draft.toggle("gambling");
  const expected = { decisionId: "d", decision: "NSFW", labels: ["weapons", "gambling"], reason: "a toy", bankLabel: "weapons", alike: ["c"], near: ["a", "b"] };
  assert.equal(draft.items, 4);
  assert.deepEqual(draft.answer("d", "NSFW"), expected);
  assert.equal(draft.follow(one), false);
  assert.deepEqual(draft.answer("d", "NSFW"), expected, "the answer was refused, so the item is still in hand");
  assert.equal(draft.follow(item("nudity")), true);
  assert.deepEqual(draft.answer("d", "NSFW"), { decisionId: "d", decision: "NSFW", labels: ["nudity"], reason: undefined, bankLabel: undefined, alike: undefined, near: undefined });
});

test("a decision is about fifty other items at most", () => {
  const draft = new Draft();
  draft.follow(item("weapons"));
  draft.alike = [{ itemId: "c", imageId: "img-copy", uploaderId: "u" }];
  for (let i = 0; i < 49; i++) {
    assert.ok(draft.room > 0);
    draft.near.add(String(i));
  }
  assert.equal(draft.room, 0);
});

test("there is no answer NSFW without a label", () => {
  const draft = new Draft();
  draft.follow(item("weapons"));
  draft.toggle("weapons");
  assert.equal(draft.answer("d", "NSFW"), null);
  assert.deepEqual(draft.answer("d", "SAFE")?.labels, []);
});
