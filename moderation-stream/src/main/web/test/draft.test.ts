import assert from "node:assert/strict";
import { test } from "node:test";
import { Draft } from "../src/review/draft.js";
import type { Item } from "../src/review/claims.js";
import { LOOK_MILLIS } from "../src/review/session.js";
import { own } from "../src/settings.js";

const item = (...labels: string[]): Item => ({ claim: { labels, tenant: "shop" }, verdict: null }) as unknown as Item;
const decidedFor = (label: string): Item["verdict"] => ({ labels: [], views: [], decidingLabel: label }) as unknown as Item["verdict"];
const list = (...labels: { name: string; key?: string }[]) => ({ version: 1, labels, closed: true });

/** A draft with an item that was looked at, and a clock. */
function lookedAt(one: Item): { draft: Draft; wait(millis: number): void } {
  let now = 1000;
  const draft = new Draft(() => now);
  draft.follow(one);
  now += LOOK_MILLIS;
  return { draft, wait: (millis) => (now += millis) };
}

test("reason, labels and proposal stay with their item, and none is the next one's", () => {
  const one = item("weapons");
  const { draft, wait } = lookedAt(one);
  draft.reason = " a toy ";
  draft.bank = true;
  draft.alike = [{ itemId: "c", imageId: "img-copy", uploaderId: "u" }];
  draft.near.add("b").add("a");
  draft.toggle("gambling");
  wait(LOOK_MILLIS);
  const expected = { decisionId: "d", decision: "NSFW", labels: ["weapons", "gambling"], reason: "a toy", bankLabel: "weapons", alike: ["c"], near: ["a", "b"] };
  assert.equal(draft.items, 4);
  assert.deepEqual(draft.answer("d", "NSFW"), expected);
  assert.equal(draft.follow(one), false);
  assert.deepEqual(draft.answer("d", "NSFW"), expected, "the answer was refused, so the item is still in hand");
  assert.equal(draft.follow(item("nudity")), true);
  assert.deepEqual(draft.answer("d", "NSFW"), { decisionId: "d", decision: "NSFW", labels: ["nudity"], reason: undefined, bankLabel: undefined, alike: undefined, near: undefined });
});

test("a decision is about fifty other items at most", () => {
  const { draft } = lookedAt(item("weapons"));
  draft.alike = [{ itemId: "c", imageId: "img-copy", uploaderId: "u" }];
  for (let i = 0; i < 49; i++) {
    assert.ok(draft.room > 0);
    draft.near.add(String(i));
  }
  assert.equal(draft.room, 0);
});

test("there is no answer NSFW without a label", () => {
  const { draft } = lookedAt(item("weapons"));
  draft.toggle("weapons");
  assert.equal(draft.answer("d", "NSFW"), null);
  assert.deepEqual(draft.answer("d", "SAFE")?.labels, []);
});

test("a key just after a late verdict does what was seen: the label that was off is on", () => {
  const one = item();
  const { draft, wait } = lookedAt(one);
  one.verdict = decidedFor("weapons");
  draft.follow(one);
  wait(LOOK_MILLIS - 1);
  draft.toggle("weapons");
  assert.deepEqual(draft.labels, ["weapons"]);
  wait(1);
  draft.toggle("weapons");
  assert.deepEqual(draft.labels, [], "from then on the key does what it says");
});

test("a key for another label just after a late verdict adds it to what was seen, not to what was not", () => {
  const one = item();
  const { draft, wait } = lookedAt(one);
  one.verdict = decidedFor("weapons");
  draft.follow(one);
  draft.toggle("gambling");
  assert.deepEqual(draft.labels, ["gambling"]);
  wait(LOOK_MILLIS);
  assert.deepEqual(draft.answer("d", "NSFW")?.labels, ["gambling"]);
});

test("NSFW just after a late verdict is not decided with labels that were not seen", () => {
  const one = item();
  const { draft, wait } = lookedAt(one);
  one.verdict = decidedFor("weapons");
  draft.follow(one);
  assert.deepEqual(draft.labels, ["weapons"]);
  assert.equal(draft.answer("d", "NSFW"), null);
  wait(LOOK_MILLIS);
  assert.deepEqual(draft.answer("d", "NSFW")?.labels, ["weapons"]);
});

test("a late verdict changes no labels that the reviewer has touched", () => {
  const one = item();
  const { draft, wait } = lookedAt(one);
  draft.toggle("gambling");
  draft.toggle("gambling");
  one.verdict = decidedFor("weapons");
  draft.follow(one);
  wait(LOOK_MILLIS);
  assert.deepEqual(draft.labels, []);
});

test("a label's key just after the next item came was meant for the one before", () => {
  const { draft, wait } = lookedAt(item("weapons"));
  draft.follow(item("weapons"));
  draft.toggle("weapons");
  assert.deepEqual(draft.labels, ["weapons"]);
  wait(LOOK_MILLIS);
  draft.toggle("weapons");
  assert.deepEqual(draft.labels, []);
});

test("a key just after the team's labels changed is that of the label that was seen, or of none", () => {
  const { draft, wait } = lookedAt(item());
  draft.know(list({ name: "weapons", key: "1" }, { name: "gambling", key: "2" }), "shop");
  wait(LOOK_MILLIS);
  assert.equal(draft.labelOf("1"), "weapons");
  draft.know(list({ name: "nudity", key: "1" }, { name: "weapons", key: "2" }, { name: "gore", key: "3" }), "shop");
  assert.equal(draft.labelOf("1"), "weapons");
  assert.equal(draft.labelOf("2"), undefined, "gambling is no label any more");
  assert.equal(draft.labelOf("3"), "gore", "the key had no other meaning");
  wait(LOOK_MILLIS);
  assert.equal(draft.labelOf("1"), "nudity");
});

test("a near-equal picture that was only just displayed is not decided with the item, unless it was chosen", () => {
  const { draft, wait } = lookedAt(item("weapons"));
  draft.displayed("a");
  wait(LOOK_MILLIS);
  draft.displayed("b");
  assert.deepEqual([...draft.near], ["a", "b"]);
  assert.deepEqual(draft.answer("d", "SAFE")?.near, ["a"]);
  draft.choose("b");
  draft.choose("b");
  assert.deepEqual(draft.answer("d", "SAFE")?.near, ["a", "b"]);
});

test("without a list the keys are those of this browser", () => {
  own.set("labels", ["weapons"]);
  const { draft } = lookedAt(item());
  assert.equal(draft.labelOf("1"), "weapons");
  own.set("labels", []);
});

test("the labels of another tenant are none of the item's", () => {
  const { draft, wait } = lookedAt(item("arms"));
  draft.know({ version: 1, labels: [{ name: "weapons", key: "1" }, { name: "arms", mergedInto: "weapons" }], closed: true }, "bank");
  wait(LOOK_MILLIS);
  assert.equal(draft.labelOf("1"), undefined);
  assert.deepEqual(draft.labels, ["arms"]);
  assert.equal(draft.words, null);
});
