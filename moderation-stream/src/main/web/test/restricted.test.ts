import assert from "node:assert/strict";
import { test } from "node:test";
import { standing } from "../src/pages/restricted.js";
import { parse } from "../src/router.js";

test("restricted cases have an address", () => {
  assert.equal(parse("#/restricted").page, "restricted");
});

test("a case says what it waits for", () => {
  assert.equal(standing({ state: "OPEN" }), "Waits for a person");
  assert.equal(standing({ state: "SECOND", decision: "AUTOMATIC" }), "Reported by a match; a person checks");
  assert.equal(standing({ state: "SECOND", decision: "NOT_CONFIRMED" }), "Not confirmed; another person checks");
  assert.equal(standing({ state: "CLOSED", decision: "CONFIRMED", checked: "CONFIRMED" }), "Confirmed");
  assert.equal(standing({ state: "CLOSED", decision: "CONFIRMED", checked: "NOT_CONFIRMED" }), "Confirmed, then not confirmed");
  assert.equal(standing({ state: "ENDING" }), "Ending");
});
