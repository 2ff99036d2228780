import assert from "node:assert/strict";
import { test } from "node:test";
import { isAllowed, policyOf } from "../src/parts/policydesk.js";

test("a form becomes thresholds and rules; a rule without thresholds has the policy's", () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({
    flag: "0.7", safe: "0.4", note: " too many ", "label-0": "gore", "action-0": "REVIEW", "flag-0": "0.9", "safe-0": "", "label-1": "porn", "action-1": "FLAG", "flag-1": "", "safe-1": "",
    "label-2": " ", "action-2": "FLAG", "flag-2": "", "safe-2": "" })) {
    form.set(name, value);
  }
  assert.deepEqual(policyOf(form, 3), { flag: 0.7, safe: 0.4, labels: { gore: { action: "REVIEW", flag: 0.9 }, porn: { action: "FLAG" } }, note: "too many" });
});

test("safe is below flag", () => {
  assert.ok(isAllowed({ flag: 1, safe: 0 }));
  assert.ok(!isAllowed({ flag: 0.4, safe: 0.4 }));
  assert.ok(!isAllowed({ flag: Number.NaN, safe: 0.4 }));
});
