import assert from "node:assert/strict";
import { test } from "node:test";
import { isMeant, LABEL_KEYS, REVIEW_KEYS } from "../src/keys.js";

test("a key that is held down acts once", () => {
  for (const key of ["s", "N", "u", "1", "+", "Enter"]) {
    assert.equal(isMeant({ key, repeat: false }), true, key);
    assert.equal(isMeant({ key, repeat: true }), false, key);
  }
});

test("a key that is held down scrolls and walks on", () => {
  for (const key of [" ", "ArrowDown", "PageUp", "Tab"]) {
    assert.equal(isMeant({ key, repeat: true }), true, key);
  }
});

test("no label can have a key of the review itself", () => {
  assert.deepEqual(REVIEW_KEYS.filter((key) => LABEL_KEYS.includes(key)), []);
});
