import assert from "node:assert/strict";
import { test } from "node:test";
import { Slot, type Picture } from "../src/api/picture.js";

const picture = (url: string): Picture => ({ kind: "shown", url, frames: 2 });

test("a place for a picture shows what was asked for last, and frees the rest", async () => {
  const freed: string[] = [];
  URL.revokeObjectURL = (url) => void freed.push(url);
  const slot = new Slot();
  await slot.fill(Promise.resolve(picture("first")));
  let arrive: (late: Picture) => void = () => undefined;
  const late = slot.fill(new Promise((resolve) => (arrive = resolve)));
  await slot.fill(Promise.resolve(picture("second")));
  arrive(picture("late"));
  await late;
  assert.deepEqual(slot.shown, picture("second"));
  assert.deepEqual(freed, ["first", "late"]);
});

test("a picture that arrives after the page went to another image is freed", async () => {
  const freed: string[] = [];
  URL.revokeObjectURL = (url) => void freed.push(url);
  const slot = new Slot();
  const late = slot.fill(Promise.resolve(picture("of another image")));
  slot.clear();
  await late;
  assert.equal(slot.shown, null);
  assert.deepEqual(freed, ["of another image"]);
});
