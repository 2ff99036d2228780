// What forms of accounts and wellness hold, and what pictures are shown like at least.

import assert from "node:assert/strict";
import { test } from "node:test";
import { accountRuleOf, weightLines, weightsOf } from "../src/parts/accountpolicy.js";
import { became } from "../src/parts/account.js";
import { Problem } from "../src/api/http.js";
import { limitLines, limitsOf, protectedBy, rulesOf } from "../src/parts/wellness.js";
import { own } from "../src/settings.js";

test("weights are read as they are written", () => {
  const text = "* 1\ngore 3 half 30 ends 90\nself harm 0.5 ends 7";
  assert.deepEqual(weightsOf(text)[2], { label: "self harm", weight: 0.5, expiresAfterSeconds: 604_800 });
  assert.equal(weightLines(weightsOf(text)), text);
  assert.throws(() => weightsOf("gore"), /is no weight/);
});

test("a rule without days holds until it is lifted", () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ action: "BAN", labels: "minor, gore ,", threshold: "1.5", days: "" })) {
    form.set(name, value);
  }
  assert.deepEqual(accountRuleOf(form, "grave"), { name: "grave", action: "BAN", labels: ["minor", "gore"], threshold: 1.5 });
});

test("limits are read as they are written", () => {
  const limits = limitsOf("gore, minor: 20\n\n100");
  assert.deepEqual(limits, [{ labels: ["gore", "minor"], perHour: 20 }, { labels: [], perHour: 100 }]);
  assert.deepEqual(limitLines({ limits }), ["gore, minor: 20", "100"]);
});

test("rules have what the form has", () => {
  const form = new FormData();
  form.set("blur", "on");
  form.set("size", "60");
  form.set("work", "50");
  form.set("break", "10");
  assert.deepEqual(rulesOf(form), {
    display: { blur: true, greyscale: false, mostSize: 60, mute: false }, limits: [], workSeconds: 3000, breakSeconds: 600,
  });
});

test("a person may add to what an admin set and take nothing of it", () => {
  own.set("blur", false);
  own.set("size", 100);
  own.bind({ blur: true, size: 60 });
  assert.equal(own.get("blur"), true);
  assert.equal(own.isFixed("blur"), true);
  assert.equal(own.get("size"), 60);
  own.set("size", 40);
  assert.equal(own.get("size"), 40);
  own.bind({});
  assert.equal(own.get("blur"), false);
});

test("the state of an action is put into words", () => {
  const action = { actionId: "a", action: "BAN", score: 1, takenAt: "", stands: true, images: [] };
  assert.equal(became(action), "stands");
  assert.equal(became({ ...action, stands: false }), "ended");
  assert.equal(became({ ...action, stands: false, liftedFor: "APPEAL", liftedBy: "sara" }), "lifted: on appeal, sara");
});

test("no picture is shown before the admin's rules are known, whichever page it is on", async () => {
  const picture = { kind: "shown", url: "a", frames: 1 } as const;
  own.set("greyscale", false);
  own.bind({});
  const away = await protectedBy(() => Promise.reject(Problem.offline()), async () => picture);
  assert.equal(away.kind, "absent");
  const shown = await protectedBy(async () => ({ version: 1, rules: { display: { blur: true, greyscale: true, mostSize: 60, mute: true } }, optedOut: [] }), async () => picture);
  assert.equal(shown, picture);
  assert.equal(own.get("greyscale"), true);
  assert.equal(await protectedBy(() => Promise.reject(new Problem("no-database", 503, "")), async () => picture), picture, "there are no rules");
  own.bind({});
});
