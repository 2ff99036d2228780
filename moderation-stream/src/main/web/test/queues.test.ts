import assert from "node:assert/strict";
import { test } from "node:test";
import { attributesOf, attributesText, conditions, ruleOf } from "../src/parts/queues.js";

test("a form becomes a rule in seconds, and what is left empty is no condition", () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ position: "2", labels: "violence, weapons ,", scoreFrom: "", headStart: "-0.5", deadline: "1.5", capacity: "", escalatesTo: "" })) {
    form.set(name, value);
  }
  assert.deepEqual(ruleOf(form), { position: 2, labels: ["violence", "weapons"], reasons: [], origins: [], duties: [], attributes: {}, roles: [], headStartSeconds: -1800, deadlineSeconds: 5400 });
});

test("conditions are said in words", () => {
  const rule = { position: 1, labels: ["a", "b"], reasons: [], origins: [], scoreFrom: 0.5, scoreTo: 1, strikes: 2, reports: 0, roles: [], headStartSeconds: 0 };
  const queue = { name: "urgent", rule, mine: true, waiting: 0, held: 0, overdue: 0 };
  assert.equal(conditions(queue), "label a or b, score 0.5 to 1, strikes from 2");
  assert.equal(conditions({ ...queue, rule: { ...rule, labels: [], scoreFrom: 0, strikes: 0 } }), "everything");
  assert.equal(conditions({ ...queue, rule: { ...rule, labels: [], scoreFrom: 0, strikes: 0, duties: ["ORDER", "IMMINENT_HARM"] } }), "duty Order or Imminent harm");
  assert.equal(conditions({ ...queue, rule: { ...rule, labels: [], scoreFrom: 0, strikes: 0, attributes: { surface: ["ads", "shop"], country: ["DE"] } } }), "surface ads or shop, country DE");
  assert.equal(conditions({ ...queue, name: "default" }), "what fits no other queue");
});

test("attributes are read as they are written, and what is no condition is none", () => {
  const all = { surface: ["ads", "profile"], country: ["DE"] };
  assert.deepEqual(attributesOf(" surface = ads, profile ; country=DE;"), all);
  assert.deepEqual(attributesOf(attributesText(all)), all);
  assert.deepEqual(attributesOf("link=a=b"), { link: ["a=b"] });
  assert.deepEqual(attributesOf(""), {});
  assert.equal(attributesOf("surface"), null);
  assert.equal(attributesOf("surface="), null);
  assert.equal(attributesOf("=ads"), null);
});
