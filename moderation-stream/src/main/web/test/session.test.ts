import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Claim, Verdict } from "../src/api/documents.js";
import { Problem } from "../src/api/http.js";
import type { Picture } from "../src/api/picture.js";
import type { Answer, Desk } from "../src/review/desk.js";
import { LOOK_MILLIS, Session } from "../src/review/session.js";

const LEASE = 120_000;

let now: number;
let waiting: string[];
let said: string[];
let refusal: Problem | null;
/** Where it is set, requests wait for it. */
let slow: Promise<void> | null;
let dropped: string[];
let verdict: Verdict | null;
let pictures: (imageId: string) => Promise<Picture>;
let session: Session;

function claimed(imageId: string, lease: string): Claim {
  return {
    tenant: "shop", itemId: `item-${imageId}`, leaseId: lease, leaseUntil: "", imageId, contentSha256: "", uploaderId: "u", machineDecision: "REVIEW", labels: [],
    score: 0.5, origins: [], strikes: 0, reports: 0, arrivedAt: "", stage: "FIRST",
  };
}

function say(what: string): Promise<void> {
  said.push(what);
  const refused = refusal;
  return (slow ?? Promise.resolve()).then(() => refused === null ? undefined : Promise.reject(refused));
}

const desk: Desk = {
  claim: async () => {
    const imageId = waiting.shift();
    await slow;
    return imageId === undefined ? null : { claim: claimed(imageId, "first"), millis: LEASE };
  },
  renew: async (claim) => {
    await say(`renew ${claim.imageId}`);
    return LEASE;
  },
  seen: (claim) => say(`seen ${claim.imageId}`),
  decide: async (claim, { decisionId, decision }) => {
    await say(`${decision} ${claim.imageId} ${decisionId}`);
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
  alike: async () => [],
  near: async () => [],
  note: (claim, text) => say(`note ${claim.imageId}: ${text}`),
};

const answer: Answer = { decisionId: "d", decision: "SAFE", labels: [] };
const other: Answer = { decisionId: "e", decision: "NSFW", labels: ["weapons"] };
const shown = async (imageId: string): Promise<Picture> => ({ kind: "shown", url: imageId, frames: 1 });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Takes an item into hand, and looks at it. */
async function begin(): Promise<void> {
  await session.start();
  await look();
}
async function look(): Promise<void> {
  await settle();
  now += LOOK_MILLIS;
}
/** A gate for what is slow, and what opens it. */
function gate(): () => Promise<void> {
  let open: () => void;
  slow = new Promise((resolve) => (open = resolve));
  return () => {
    slow = null;
    open();
    return settle();
  };
}
const hands = (): (string | undefined)[] => [session.current?.claim.imageId, session.next?.claim.imageId];

beforeEach(() => {
  now = 1000;
  waiting = ["a", "b", "c", "d"];
  said = [];
  refusal = null;
  slow = null;
  dropped = [];
  verdict = null;
  pictures = async () => ({ kind: "absent", why: "" });
  session = new Session(desk, {
    picture: (claim) => pictures(claim.imageId), verdict: async () => verdict, drop: (picture) => picture?.kind === "shown" && dropped.push(picture.url),
  }, () => now);
});

test("the next item is there before the current one is decided", async () => {
  await begin();
  assert.deepEqual(hands(), ["a", "b"]);
  await session.decide(session.current!, answer);
  assert.equal(session.current?.claim.imageId, "b");
  await settle();
  assert.deepEqual(hands(), ["b", "c"]);
  assert.equal(session.made, 1);
});

test("an undone decision is in hand again under its new lease, and a reviewer holds no more than two", async () => {
  await begin();
  await session.decide(session.current!, answer);
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

test("a reviewer who is away loses the claims and sees a message", async () => {
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

test("a lost claim is reported, and the next item comes", async () => {
  await begin();
  refusal = new Problem("lease-lost", 409, "The claim ran out.");
  await session.decide(session.current!, answer);
  assert.equal(session.message, "The claim ran out.");
  assert.equal(session.current?.claim.imageId, "b");
  assert.equal(session.made, 0);
});

test("an item stays in hand if the server does not answer", async () => {
  await begin();
  refusal = Problem.offline();
  await session.decide(session.current!, answer);
  assert.deepEqual(hands(), ["a", "b"]);
  assert.match(session.message, /does not answer/);
  refusal = null;
  await session.decide(session.current!, answer);
  assert.equal(session.made, 1);
});

test("when nothing waits it says so", async () => {
  waiting = ["a"];
  await session.start();
  await settle();
  await session.skip(session.current!, "not mine");
  assert.equal(session.phase, "empty");
  assert.deepEqual(said, ["skip a: not mine"]);
});

test("a picture is seen once", async () => {
  await session.start();
  await session.displayed(session.current!);
  await session.displayed(session.current!);
  assert.deepEqual(said, ["seen a"]);
});

test("an item is not given back before the server knows that its picture was displayed", async () => {
  await session.start();
  let arrives = (): void => undefined;
  slow = new Promise((resolve) => (arrives = resolve));
  const displayed = session.displayed(session.current!);
  said = [];
  const rested = session.rest();
  await settle();
  assert.ok(!said.includes("release a"));
  arrives();
  await Promise.all([displayed, rested]);
  assert.ok(said.includes("release a"));
});

test("a held key decides no picture that was not seen", async () => {
  await begin();
  for (let i = 0; i < 30; i++) {
    await session.decide(session.current!, answer);
    await settle();
    now += 30;
  }
  assert.equal(session.made, 3, "one at once, then one after each look");
});

test("nothing is decided before its picture is displayed, nor in that moment", async () => {
  pictures = shown;
  await begin();
  await session.decide(session.current!, answer);
  assert.deepEqual(said, []);
  await session.displayed(session.current!);
  await session.decide(session.current!, answer);
  assert.deepEqual(said, ["seen a"]);
  now += LOOK_MILLIS;
  await session.decide(session.current!, answer);
  assert.deepEqual(said, ["seen a", "SAFE a d"]);
  await look();
  await session.decide(session.current!, answer);
  assert.equal(session.made, 1, "the next one was fetched, not displayed");
});

test("a picture that the browser cannot display is absent, so the item can be decided", async () => {
  pictures = shown;
  await begin();
  session.broken(session.current!);
  assert.deepEqual(dropped, ["a"]);
  await session.decide(session.current!, answer);
  assert.equal(session.made, 1);
});

test("two decisions in one turn decide one item", async () => {
  await begin();
  const item = session.current!;
  await Promise.all([session.decide(item, answer), session.decide(item, other), session.start()]);
  await look();
  await session.decide(item, other);
  assert.deepEqual(said, ["SAFE a d"]);
  assert.deepEqual(hands(), ["b", "c"]);
});

test("two starts in one turn claim one item and the next", async () => {
  await Promise.all([session.start(), session.start()]);
  await settle();
  assert.deepEqual(hands(), ["a", "b"]);
  assert.deepEqual(waiting, ["c", "d"]);
});

test("a decision whose answer was lost is sent again as it was, and is what an undo takes back", async () => {
  await begin();
  const item = session.current!;
  refusal = Problem.offline();
  await session.decide(item, answer);
  refusal = null;
  await session.decide(item, other);
  assert.deepEqual(said, ["SAFE a d", "SAFE a d"]);
  assert.match(session.message, /first answer, SAFE/);
  assert.equal(session.last?.answer, answer);
  await session.undo();
  assert.ok(said.includes("undo a"));
  assert.equal(session.current, item);
  await look();
  await session.decide(item, other);
  assert.equal(said.at(-1), "NSFW a e");
});

test("after a lost answer an undo is about that item and no other", async () => {
  await begin();
  await session.decide(session.current!, answer);
  await look();
  refusal = Problem.offline();
  await session.decide(session.current!, other);
  await session.undo();
  assert.deepEqual(said.slice(1), ["NSFW b e", "NSFW b e"], "the server does not answer");
  refusal = null;
  await session.undo();
  assert.deepEqual(said.slice(3), ["NSFW b e", "undo b", "renew b"]);
  assert.deepEqual(hands(), ["b", "c"]);
  assert.equal(session.made, 1);
});

test("a decision that was refused is not sent again", async () => {
  await begin();
  refusal = new Problem("invalid", 400, "No such label.");
  await session.decide(session.current!, answer);
  refusal = null;
  await session.decide(session.current!, other);
  assert.deepEqual(said, ["SAFE a d", "NSFW a e"]);
});

test("an undo of what is then refused leaves the item in hand", async () => {
  await begin();
  refusal = Problem.offline();
  await session.decide(session.current!, answer);
  refusal = new Problem("invalid", 400, "No such label.");
  await session.undo();
  assert.deepEqual(hands(), ["a", "b"]);
  assert.equal(session.message, "No such label.");
  refusal = Problem.offline();
  await session.decide(session.current!, other);
  refusal = new Problem("lease-lost", 409, "The claim ran out.");
  await session.undo();
  await settle();
  assert.deepEqual(hands(), ["b", "c"], "a claim that is lost leads on");
});

test("nothing is taken back if the last decision is not known", async () => {
  await begin();
  await session.decide(session.current!, answer);
  await look();
  refusal = Problem.offline();
  await session.decide(session.current!, other);
  await session.rest();
  refusal = null;
  await session.undo();
  assert.ok(!said.includes("undo a"));
});

test("words are about the item for which they were asked", async () => {
  await begin();
  const item = session.current!;
  await session.decide(item, answer);
  await look();
  await session.skip(item, "blurred");
  await session.escalate(item, "blurred");
  await session.note(item, "blurred");
  assert.deepEqual(said, ["SAFE a d"]);
  assert.match(session.message, /left your hands/);
  assert.deepEqual(hands(), ["b", "c"]);
});

test("nothing is asked about an item that is being decided", async () => {
  await begin();
  const item = session.current!;
  const open = gate();
  const decided = session.decide(item, answer);
  await session.note(item, "wait");
  await session.skip(item, "wait");
  await open();
  await decided;
  assert.deepEqual(said, ["SAFE a d"]);
});

test("a decision under way when the reviewer leaves is made, and no further item is claimed", async () => {
  await begin();
  const open = gate();
  const decided = session.decide(session.current!, answer);
  await settle();
  await session.rest();
  await open();
  await decided;
  assert.deepEqual(hands(), [undefined, undefined]);
  assert.equal(session.phase, "resting");
  assert.deepEqual(said, ["SAFE a d", "release b"]);
  assert.deepEqual(waiting, ["b", "c", "d"]);
  assert.equal(session.last?.item.claim.imageId, "a");
});

test("what an earlier sitting claims late goes back, also when the next sitting has begun", async () => {
  const open = gate();
  const started = session.start();
  await settle();
  await session.rest();
  const again = session.start();
  await open();
  await Promise.all([started, again]);
  await settle();
  assert.ok(said.includes("release a"));
  assert.equal(hands().filter((held) => held !== undefined).length, 2);
  assert.equal(waiting.length, 2);
});

test("an undo that comes back after the reviewer left gives the item back", async () => {
  await begin();
  await session.decide(session.current!, answer);
  const open = gate();
  const undone = session.undo();
  await settle();
  await session.rest();
  await open();
  await undone;
  assert.deepEqual(hands(), [undefined, undefined]);
  assert.ok(said.includes("release a"));
});

test("a claim that ends while it is decided is not lost", async () => {
  await begin();
  const open = gate();
  const decided = session.decide(session.current!, answer);
  await settle();
  now += 2 * LEASE;
  await session.tick();
  assert.equal(session.message, "");
  await open();
  await decided;
  assert.equal(session.made, 1);
});

test("a picture that arrives for a forgotten item is freed", async () => {
  let arrive: (picture: Picture) => void = () => undefined;
  pictures = (imageId) => imageId === "a" ? new Promise((resolve) => (arrive = resolve)) : shown(imageId);
  await begin();
  await session.skip(session.current!, "not mine");
  arrive({ kind: "shown", url: "late", frames: 1 });
  await settle();
  assert.deepEqual(dropped, ["late"]);
});

test("a verdict about another picture is hidden", async () => {
  verdict = { contentSha256: "another" } as Verdict;
  await begin();
  assert.equal(session.current?.verdict, null);
  verdict = { contentSha256: "" } as Verdict;
  await session.decide(session.current!, answer);
  await settle();
  assert.equal(session.next?.verdict, verdict);
});
