import assert from "node:assert/strict";
import { test } from "node:test";
import { dutyRuleOf, left } from "../src/parts/duties.js";

test("the time left of a duty, and the time since it is late", () => {
  const now = Date.parse("2026-11-30T10:00:00Z");
  assert.equal(left("2026-12-01T22:00:00Z", now), "36 h left");
  assert.equal(left("2026-11-30T09:30:00Z", now), "late by 30 min");
});

test("a form of a duty holds hours; an empty escalation is none, and zero is at once", () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ deadline: "48", headStart: "1.5", escalates: "", ground: "LAW" })) {
    form.set(name, value);
  }
  assert.deepEqual(dutyRuleOf(form), { deadlineSeconds: 172_800, headStartSeconds: 5400, ground: "LAW" });
  form.set("escalates", "0");
  assert.equal(dutyRuleOf(form).escalatesAfterSeconds, 0);
});
