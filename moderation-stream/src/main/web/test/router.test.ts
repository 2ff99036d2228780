import assert from "node:assert/strict";
import { test } from "node:test";
import { address, parse } from "../src/router.js";

test("every id survives the address", () => {
  for (const id of ["img-1", "a/b?c#d", "<img src=x onerror=\"x\">", "100%", "ä 漢"]) {
    const route = parse(address("image", id, { tenant: "shop" }));
    assert.equal(route.page, "image");
    assert.equal(route.id, id);
    assert.equal(route.query.get("tenant"), "shop");
  }
});

test("what is no page leads to the overview", () => {
  for (const hash of ["", "#", "#/", "#/nothing", "#javascript:alert(1)"]) {
    assert.equal(parse(hash).page, "overview");
  }
});

test("empty parameters are left out", () => {
  assert.equal(address("decisions", "", { live: "1", decision: "" }), "#/decisions?live=1");
  assert.equal(address("decisions", "", { decision: undefined }), "#/decisions");
});
