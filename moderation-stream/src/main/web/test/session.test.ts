import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Claim } from "../src/api/documents.js";
import { Problem } from "../src/api/http.js";
import type { Answer, Desk } from "../src/review/desk.js";
import { Session } from "../src/review/session.js";

const LEASE = 120_000;

let now: number;
let waiting: string[];
let said: string[];
let refusal: Problem | null;
let session: Session;

function claimed(imageId: string, lease: string): Claim {
  return {
    itemId: `item-${imageId}`, leaseId: lease, leaseUntil: "", imageId, contentSha256: "", uploaderId: "u", machineDecision: "REVIEW", labels: [],
    score: 0.5, origins: [], strikes: 0, reports: 0, arrivedAt: "", stage: "FIRST",
  };
}

function say(what: string): Promise<void> {
  said.push(what);
  return refusal === null ? Promise.resolve() : Promise.reject(refusal);
}

const desk: Desk = {
  claim: async () => {
    const imageId = waiting.shift();
    return imageId === undefined ? null : { claim: claimed(imageId, "first"), millis: LEASE };
  },
  renew: async (claim) => {
    await say(`renew ${claim.imageId}`);
    return LEASE;
  },
  seen: (claim) => say(`seen ${claim.imageId}`),
  decide: async (claim, { decisionId, decision }) => {
    await say(`${decision} ${claim.imageId}`);
    return { decisionId, state: "IN_FORCE" };
  },
  undo: async (claim) => {
    await say(`undo ${claim.imageId}`);
    return { decisionId: "u", state: "UNDONE", leaseId: "second" };
  },
  release: async (claim) => {
    said.push(`release ${claim.imageId}`);
    waiting.unshift(claim.imageId);
  },
  skip: (claim, reason) => say(`skip ${claim.imageId}: ${reason}`),
  escalate: (claim, reason) => say(`escalate ${claim.imageId}: ${reason}`),
  notes: async () => [],
  note: (claim, text) => say(`note ${claim.imageId}: ${text}`),
};

const answer: Answer = { decisionId: "d", decision: "SAFE", labels: [] };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const hands = (): (string | undefined)[] => [session.current?.claim.imageId, session.next?.claim.imageId];

beforeEach(() => {
  now = 1000;
  waiting = ["a", "b", "c", "d"];
  said = [];
  refusal = null;
  session = new Session(desk, { picture: async () => ({ kind: "absent", why: "" }), verdict: async () => null, drop: () => undefined }, () => now);
});

test("the next item is there before the current one is decided", async () => {
  await session.start();
  await settle();
  assert.deepEqual(hands(), ["a", "b"]);
  await session.decide(answer);
  assert.equal(session.current?.claim.imageId, "b");
  await settle();
  assert.deepEqual(hands(), ["b", "c"]);
  assert.equal(session.made, 1);
});

test("an undone decision is in hand again under its new lease, and nobody holds more than two", async () => {
  await session.start();
  await settle();
  await session.decide(answer);
  await settle();
  await session.undo();
  assert.deepEqual(hands(), ["a", "b"]);
  assert.equal(session.current?.claim.leaseId, "second");
  assert.equal(session.current?.until, now + LEASE);
  assert.ok(said.includes("release c"), "the surplus goes back");
  assert.equal(session.last, null);
  assert.equal(session.made, 0);
});

test("who leaves gives back what they hold, also what was still being claimed", async () => {
  await session.start();
  await session.rest();
  await settle();
  assert.deepEqual(hands(), [undefined, undefined]);
  assert.deepEqual([...waiting].sort(), ["a", "b", "c", "d"]);
});

test("claims are renewed at their half while the reviewer is there", async () => {
  await session.start();
  await settle();
  now += LEASE / 2 - 1;
  await session.tick();
  assert.deepEqual(said, []);
  now += 2;
  await session.tick();
  assert.deepEqual(said, ["renew a", "renew b"]);
});

test("who is away loses their claims and is told", async () => {
  await session.start();
  await settle();
  session.touch();
  for (let passed = 0; passed < 10 * 60_000; passed += 30_000) {
    now += 30_000;
    await session.tick();
  }
  assert.deepEqual(hands(), [undefined, undefined]);
  assert.match(session.message, /ran out/);
  assert.equal(session.phase, "resting");
});

test("a lost claim is said, and the next item comes", async () => {
  await session.start();
  await settle();
  refusal = new Problem("lease-lost", 409, "The claim ran out.");
  await session.decide(answer);
  assert.equal(session.message, "The claim ran out.");
  assert.equal(session.current?.claim.imageId, "b");
  assert.equal(session.made, 0);
});

test("what nobody took is still in hand", async () => {
  await session.start();
  await settle();
  refusal = Problem.offline();
  await session.decide(answer);
  assert.deepEqual(hands(), ["a", "b"]);
  assert.match(session.message, /does not answer/);
  refusal = null;
  await session.decide(answer);
  assert.equal(session.made, 1);
});

test("when nothing waits it says so", async () => {
  waiting = ["a"];
  await session.start();
  await settle();
  await session.skip("not mine");
  assert.equal(session.phase, "empty");
  assert.deepEqual(said, ["skip a: not mine"]);
});

test("a picture is seen once", async () => {
  await session.start();
  await session.displayed(session.current!);
  await session.displayed(session.current!);
  assert.deepEqual(said, ["seen a"]);
});
