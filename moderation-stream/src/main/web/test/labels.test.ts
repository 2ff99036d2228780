import assert from "node:assert/strict";
import { test } from "node:test";
import { labelOf, withLabel } from "../src/parts/labellist.js";
import { choices, listed } from "../src/review/labels.js";
import { own } from "../src/settings.js";

test("without a list the labels of this browser have the digits as keys", () => {
  own.set("labels", ["weapons", "gambling"]);
  assert.deepEqual(choices(null), [{ name: "weapons", key: "1" }, { name: "gambling", key: "2" }]);
  assert.deepEqual(choices({ version: 0, labels: [], closed: false }), choices(null));
});

test("a list comes first, with its own keys and without what is merged; closed, it is all there is", () => {
  own.set("labels", ["guns", "gambling", "weapons"]);
  const labels = [{ name: "weapons", key: "w" }, { name: "guns", mergedInto: "weapons" }];
  assert.deepEqual(choices({ version: 1, labels, closed: false }), [{ name: "weapons", key: "w" }, { name: "gambling" }]);
  assert.deepEqual(choices({ version: 1, labels, closed: true }), [{ name: "weapons", key: "w" }]);
});

test("what the machine suggests is given as the list has it", () => {
  const labels = [{ name: "weapons", key: "w" }, { name: "guns", mergedInto: "weapons" }];
  assert.deepEqual(listed(["guns", "weapons", "gambling"], { version: 1, labels, closed: false }), ["weapons", "gambling"]);
  assert.deepEqual(listed(["guns", "gambling"], { version: 1, labels, closed: true }), ["weapons"]);
  assert.deepEqual(listed(["guns"], null), ["guns"]);
});

test("a form becomes a label, which takes the place of the one of its name", () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ name: "weapons", key: "W", text: " Arms. ", examples: "a rifle\n\n a bow ", counterExamples: "", mergedInto: "" })) {
    form.set(name, value);
  }
  const label = labelOf(form, "");
  assert.deepEqual(label, { name: "weapons", key: "w", text: "Arms.", examples: ["a rifle", "a bow"], counterExamples: [] });
  assert.deepEqual(withLabel([{ name: "a" }, { name: "weapons" }, { name: "b" }], label).map(({ name }) => name), ["a", "weapons", "b"]);
  assert.deepEqual(withLabel([], label), [label]);
});
