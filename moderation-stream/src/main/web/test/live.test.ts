import assert from "node:assert/strict";
import { test } from "node:test";
import type { Audit } from "../src/api/documents.js";
import { live } from "../src/live/live.js";
import { Minutes, quantile } from "../src/live/minutes.js";
import { Places } from "../src/live/places.js";
import { Thresholds } from "../src/live/thresholds.js";

globalThis.requestAnimationFrame = (draw) => Number(setTimeout(draw));

const judged = { tenant: "taught", policyVersion: "p", decidedBy: { kind: "WORKER", id: "w" }, decision: "NSFW", reason: null, score: 0.9, margin: 0.3 };

test("known content teaches no thresholds", () => {
  const thresholds = new Thresholds();
  assert.equal(thresholds.learn(judged), true);
  assert.equal(thresholds.learn({ ...judged, reason: "KNOWN", score: 1, margin: 1 }), false);
  assert.equal(thresholds.learn({ ...judged, decidedBy: { kind: "REVIEWER", id: "ana" }, score: 1, margin: 0.2 }), false);
  assert.deepEqual(thresholds.of(judged).map(({ name, at }) => `${name} ${at.toFixed(2)}`), ["flag ≥ 0.60"]);
  assert.deepEqual(thresholds.of({ tenant: "other", policyVersion: "p" }), []);
});

test("what is sent again after a reconnect is known", () => {
  const places = new Places();
  const asked = [[0, 4], [0, 5], [0, 5], [1, 5], [0, 3]].map(([partition = 0, offset = 0]) => places.isNew({ partition, offset }));
  assert.deepEqual(asked, [true, true, false, true, false]);
});

test("minutes are counted, bounded, and without a hole", () => {
  const minutes = new Minutes(3);
  const at = (minute: number): { decision: string; decidedAt: string; uploadedAt: string; timingsMicros: Record<string, number> } => ({
    decision: "SAFE", decidedAt: new Date(60_000 * minute + 500).toISOString(), uploadedAt: new Date(60_000 * minute).toISOString(), timingsMicros: { embed: 2000 },
  });
  [1, 2, 2, 4, 5].forEach((minute) => minutes.add(at(minute)));
  const series = minutes.series(4, 60_000 * 5 + 1);
  assert.deepEqual(series.map(({ counts }) => counts["SAFE"] ?? 0), [2, 0, 1, 1]);
  assert.deepEqual(series[3]?.waits, [500]);
  assert.deepEqual(minutes.series(5, 60_000 * 5)[0]?.counts, {}, "the oldest was dropped");
});

test("a quantile is one of the values", () => {
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile([1, 2, 3, 4], 0.95), 4);
  assert.equal(quantile([], 0.5), null);
});

test("one question that is not answered takes no page away", async () => {
  const system = { ready: true, you: { name: "ana", tenant: "shop", roles: ["reviewer"], login: "users" } };
  globalThis.fetch = async () => Response.json(system);
  await live.lookAtSystem();
  globalThis.fetch = () => Promise.reject(new TypeError("no connection"));
  await live.lookAtSystem();
  assert.deepEqual(live.system, system);
  assert.equal(live.systemProblem?.kind, "offline");
  globalThis.fetch = async () => Response.json(system);
  await live.lookAtSystem();
  assert.equal(live.systemProblem, null);
});

test("an image that was drawn at random is not shown as audited", () => {
  live.learn({ imageId: "drawn", tenant: "shop", kind: "OTHER", detectedAt: new Date(1).toISOString(), sample: true } as Audit);
  assert.deepEqual(live.auditsOf("drawn", "shop"), []);
});

test("of one image the newest audits are kept, and another tenant's are not its own", () => {
  const audit = (at: number, tenant = "shop"): Audit => ({ imageId: "img", tenant, kind: "TWIN", detectedAt: new Date(at).toISOString() }) as Audit;
  for (let at = 0; at < 100; at++) {
    live.learn(audit(at));
  }
  live.learn(audit(200, "other"));
  const kept = live.auditsOf("img", "shop");
  assert.equal(kept.length, 19);
  assert.equal(kept[0]?.detectedAt, audit(99).detectedAt);
  assert.deepEqual(live.auditsOf("img", "other"), [audit(200, "other")]);
});
