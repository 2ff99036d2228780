import assert from "node:assert/strict";
import { test } from "node:test";
import { visitor } from "../src/api/visitor.js";
import { desk } from "../src/review/desk.js";
import { own } from "../src/settings.js";

test("requests about a claim name the tenant for which it was claimed", async () => {
  const asked: string[] = [];
  globalThis.fetch = async (address) => {
    asked.push(String(address));
    own.set("tenant", "second");
    return Response.json({ itemId: "i", leaseId: "l", leaseUntil: new Date().toISOString() });
  };
  visitor.know({ name: "ada", tenant: "*", roles: ["admin"], login: "users" });
  own.set("tenant", "first");
  const { claim } = (await desk.claim())!;
  await desk.release(claim);
  assert.deepEqual(asked, ["api/v1/review/claims?tenant=first", "api/v1/review/items/i/release?tenant=first"]);
});
