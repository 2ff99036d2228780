// Reviewers at work in Chromium: from the login to decisions by keyboard, two at once, undo, and what each role is shown.
// Every page is photographed at two widths and examined by axe in light and dark. Tells what it saw as one line of JSON.
// Usage: node review.mjs CHROMIUM FOLDER URL PASSWORD PICTURES [work], where FOLDER takes screenshots; "work" ends after two
// reviewers at once. The pictures stand in for the answers of a preview service; everything else is the application's own.

import axe from "axe-core";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rest, shot, tell, url, visitor } from "./stage.mjs";

const [password, pictures, part] = rest;
const files = readdirSync(pictures, { recursive: true }).filter((name) => name.endsWith(".png")).sort();
const errors = [];
const report = { decided: [], axe: [] };
const begun = Date.now();
const chapter = (name) => console.error(`${((Date.now() - begun) / 1000).toFixed(1)} s: ${name}`);

/** A browser in which a picture can be had; which one depends on its address alone. */
async function browserOf() {
  const context = await visitor(errors, (address) => ["/picture", "/queues/", "/review/duties/"].some((part) => address.includes(part)) || address.endsWith("/policies/proposal"));
  await context.route(/\/picture(\?|$)/, (route) => {
    const sum = [...route.request().url()].reduce((all, letter) => (31 * all + letter.charCodeAt(0)) % 100_003, 7);
    return route.fulfill({ path: join(pictures, files[sum % files.length]), contentType: "image/png", headers: { "Bulwark-Frames": "1" } });
  });
  return context;
}

/** Logs a user in by keyboard alone, and opens a page. */
async function logIn(name, hash) {
  const page = await (await browserOf()).newPage();
  await page.goto(`${url}${hash}`);
  await page.locator("#name").waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.locator("#connection[data-state=live]").waitFor();
  return page;
}

const item = (page) => page.locator(".desk").getAttribute("data-item");
/** Waits until another item is in hand and can be decided: its picture was displayed, for a moment. */
const another = (page, than) => page.waitForFunction((former) => {
  const desk = document.querySelector(".desk");
  return desk !== null && desk.dataset.item !== former && desk.querySelector("#safe:not(:disabled)") !== null;
}, than);
const nextIsHere = (page) => page.getByText("the next one is here").waitFor();
const made = async (page) => Number(await page.locator("#made").innerText().catch(() => "0"));
const seenBy = (page, action) => page.waitForResponse((answer) => new URL(answer.url()).pathname.endsWith(action));

// Ten decisions by keyboard.

chapter("ten decisions");
const anna = await logIn("anna", "#/review");
await anna.locator("#claim").waitFor();
await shotOf(anna, "review-ready");
const viewed = seenBy(anna, "/view");
await anna.keyboard.press("c");
await anna.locator(".picture img.veiled").waitFor();
report.viewed = (await viewed).status();
await nextIsHere(anna);
await anna.keyboard.press("v");
await anna.locator(".picture img:not(.veiled)").waitFor();
await photograph(anna, "review");
await anna.keyboard.press("g");
report.grey = await anna.locator(".picture img.grey").count();
await anna.keyboard.press("g");
await anna.keyboard.press("b");

const keys = ["s", "n", "s", "n", "s", "s", "n", "s", "s", "n"];
const waits = [];
for (const key of keys) {
  await nextIsHere(anna);
  const former = await item(anna);
  const answered = seenBy(anna, "/decision");
  const since = Date.now();
  await anna.keyboard.press(key);
  await another(anna, former);
  waits.push(Date.now() - since);
  report.decided.push({ item: former, key, sent: (await answered).request().postDataJSON() });
}
report.waits = waits;
report.made = await made(anna);

// Undo: the last one is back in hand, with the labels and all, and can be decided again.

chapter("undo");
const undone = report.decided.at(-1).item;
const inHand = await item(anna);
await anna.keyboard.press("u");
await another(anna, inHand);
report.undone = (await item(anna)) === undone;
report.madeAfterUndo = await made(anna);
await anna.keyboard.press("s");
await another(anna, undone);
report.waitedMeanwhile = (await item(anna)) === inHand;

// A key that is held down decides the picture in sight, and none that comes after it.

chapter("held key");
const [heldOn, madeBefore] = [await item(anna), await made(anna)];
const hold = async () => {
  for (let i = 0; i < 20; i++) {
    await anna.keyboard.down("s"); // all but the first repeat it
  }
};
await hold();
await another(anna, heldOn);
await hold();
await anna.keyboard.up("s");
if (await made(anna) !== madeBefore + 1) {
  throw new Error(`a held key made ${await made(anna) - madeBefore} decisions`);
}

// Notes, skip, escalation, a proposal for the bank; a decision without a label is not sent.

chapter("notes");
await anna.keyboard.press("t");
await anna.keyboard.type("Is this a statue?");
await anna.keyboard.press("Enter");
await anna.locator(".notes li").waitFor();
report.note = await anna.locator(".notes li").innerText();
await shotOf(anna, "review-note");
const escalated = await item(anna);
await anna.keyboard.press("e");
await anna.keyboard.type("I cannot tell.");
await anna.keyboard.press("Enter");
await another(anna, escalated);
const skipped = await item(anna);
await anna.keyboard.press("k");
await anna.keyboard.type("I know this person.");
await anna.keyboard.press("Enter");
await another(anna, skipped);
const unlabelled = await item(anna);
for (const label of await anna.locator(".label[aria-pressed=true] kbd").allInnerTexts()) {
  await anna.keyboard.press(label);
}
await anna.keyboard.press("n");
await anna.locator(".hint:not(:empty)").waitFor();
report.hint = await anna.locator(".hint").innerText();
report.stillInHand = (await item(anna)) === unlabelled;
await anna.keyboard.press("p");
await anna.keyboard.press("s");
await another(anna, unlabelled);

// Two reviewers at once.

chapter("two at once");
const claims = { anna: [], ben: [] };
const watch = (page, name) => page.on("response", async (answer) => {
  if (new URL(answer.url()).pathname.endsWith("/decision") && answer.ok()) {
    claims[name].push(new URL(answer.url()).pathname.split("/").at(-2));
  }
});
const ben = await logIn("ben", "#/review");
watch(anna, "anna");
watch(ben, "ben");
await ben.locator("#claim").waitFor();
await ben.keyboard.press("c");
await another(ben, null);
await nextIsHere(ben);
report.inHands = [await item(anna), await item(ben)];
await Promise.all([anna, ben].map(async (page) => {
  for (let i = 0; i < 4; i++) {
    const former = await item(page);
    await page.keyboard.press("s");
    await another(page, former);
  }
}));
report.claims = claims;
const benHolds = await item(ben);
const released = seenBy(ben, "/release");
await ben.keyboard.press("."); // to the overview: what ben holds goes back
await ben.keyboard.press("o");
report.released = (await released).status();
await ben.locator("overview-page").waitFor();
report.benHeld = benHolds !== null;
if (part === "work") {
  report.errors = errors;
  await tell(report);
  process.exit(0);
}

// What each role is shown.

chapter("roles");
report.roles = {};
const sights = {
  claim: ["#/review", "#claim"], picture: ["#/image/img-rifle-4102", "#show"], report: ["#/image/img-rifle-4102", "[data-card=report]"],
  hold: ["#/image/img-rifle-4102", "[data-card=hold]"], proposals: ["#/bank", "[data-card=proposals] :is(table, .empty)"],
  auditLog: ["#/system", "[data-card=audit-log]"], golden: ["#/system", "[data-card=golden]"],
};
const pages = { rita: await logIn("rita", "#/review") };
for (const name of ["vera", "cleo", "sven", "ada"]) {
  pages[name] = await logIn(name, "#/review");
}
await Promise.all(Object.entries(pages).map(async ([name, page]) => {
  const seen = {};
  for (const [sight, [hash, selector]] of Object.entries(sights)) {
    await page.goto(`${url}${hash}`);
    await page.locator(`main > ${hash.split("/")[1]}-page :is(.card, #claim, .problem)`).first().waitFor();
    if (sight === "golden" || sight === "auditLog") {
      await page.locator("[data-card=database] .facts").waitFor();
    }
    await page.waitForFunction(() => document.querySelector("main .loading") === null);
    seen[sight] = await page.locator(selector).count() > 0;
  }
  report.roles[name] = seen;
}));
report.refused = {};
for (const [name, method, path] of [["vera", "post", "review/claims"], ["vera", "get", "images/img-rifle-4102/picture"], ["rita", "get", "holds"],
  ["sven", "get", "review/proposals"], ["cleo", "post", "review/claims"], ["sven", "get", "audit-log"]]) {
  report.refused[`${name} ${path}`] = (await pages[name].request[method](new URL(`api/v1/${path}`, url).href)).status();
}

// A senior gets what was escalated; a curator answers what was proposed.

chapter("senior and curator");
await pages.sven.goto(`${url}#/review`);
await pages.sven.locator("#claim").waitFor();
await pages.sven.keyboard.press("c");
await another(pages.sven, null);
await pages.cleo.goto(`${url}#/bank`);
await pages.cleo.locator(".proposals tbody tr").waitFor();
await pages.cleo.locator("#changes").waitFor();
report.changes = [await pages.cleo.locator("#changes").innerText()];
const tried = seenBy(pages.cleo, "/backtest");
await pages.cleo.locator("[data-card=trial] [name=flag]").fill("0.5");
await pages.cleo.locator("[data-card=trial] [name=flag]").press("Tab");
report.tried = new URL((await tried).url()).searchParams.get("flag");
await pages.cleo.waitForFunction((former) => document.querySelector("#changes")?.innerText !== former, report.changes[0]);
report.changes.push(await pages.cleo.locator("#changes").innerText());
report.judgedBars = await pages.cleo.locator(".curve circle").count();
report.conflicts = await pages.cleo.locator("[data-card=conflicts] tbody tr").count();
report.sheets = await pages.cleo.locator("#sheets").getAttribute("href");
await photograph(pages.cleo, "bank");
report.proposed = await pages.cleo.locator(".proposals tbody tr").count();
await pages.cleo.locator(".proposals .approve").click();
await pages.cleo.locator("[data-card=proposals] .empty").waitFor();
report.answered = await pages.cleo.locator("#said").innerText();

// The other pages, as an administrator has them.

chapter("other pages");
const { ada } = pages;
await ada.goto(`${url}#/overview`);
await ada.locator("live-chart canvas").first().waitFor();
await photograph(ada, "overview");
await ada.goto(`${url}#/decisions?live=1`);
await ada.locator("#verdicts li", { hasText: "img-rifle" }).locator(".row").click();
await ada.locator("table.windows").waitFor();
await photograph(ada, "decisions-live");
await ada.goto(`${url}#/decisions`);
await ada.locator("table.cases tbody tr").first().waitFor();
report.all = await ada.locator("table.cases tbody tr").count();
await ada.locator("#filter [name=decision]").selectOption("NSFW");
await ada.waitForURL("**decision=NSFW**");
await ada.waitForFunction(() => [...document.querySelectorAll("table.cases .badge")].every((badge) => badge.dataset.decision === "NSFW") && document.querySelector("main .loading") === null);
report.filtered = await ada.locator("table.cases tbody tr").count();
const csv = await ada.request.get(new URL(await ada.locator("#csv").getAttribute("href"), url).href);
report.csv = (await csv.text()).trim().split("\n");
await ada.getByText("Keep this filter").click();
await photograph(ada, "decisions");
await ada.reload();
await ada.locator("table.cases tbody tr").first().waitFor();
report.filteredAgain = await ada.locator("table.cases tbody tr").count();
report.kept = await ada.locator(".kept .chip a").innerText();
const only = async (search) => {
  await ada.goto(`${url}#/decisions?${search}`);
  await ada.waitForFunction(() => document.querySelector("main .loading") === null && document.querySelector("table.cases tbody tr, .empty") !== null);
  return ada.locator("table.cases tbody .mono").allInnerTexts();
};
report.byImage = await only("image=img-rifle-4102");
report.byReason = await only("reason=CORRUPT_IMAGE");
const decidedSafe = (await only("reviewer=anna&decision=SAFE"))[0];
await ada.goto(`${url}#/decisions?live=decisions`);
await ada.locator("in-force-list table tbody tr", { hasText: "anna" }).first().waitFor();
report.inForce = await ada.locator("in-force-list tbody tr").evaluateAll((all) => all.map((row) => `${row.querySelector(".badge").dataset.decision} ${row.cells[5].innerText}`));
await photograph(ada, "decisions-in-force");
await ada.goto(`${url}#/image/${decidedSafe}`);
await ada.locator(".score .bar.large").waitFor();
await ada.locator(".page-head .badge").waitFor();
report.decidedSafe = await ada.evaluate(() => [document.querySelector(".page-head .badge").dataset.decision, document.querySelector(".score:has(.bar.large)").dataset.decision]);
await ada.goto(`${url}#/image/img-rifle-4102`);
await ada.locator("#show").click();
await ada.locator(".picture img.veiled").waitFor();
report.blurredUntilAsked = true;
await ada.locator("#unveil").click();
await ada.locator(".picture img:not(.veiled)").waitFor();
await ada.locator("table.windows").waitFor();
await photograph(ada, "image");

// Where the decision comes from: asked for by hand, busy at first, blurred until one asks.

const map = readFileSync(join(pictures, files[0])).toString("base64");
let explained = 0;
await ada.context().route(/\/picture\/explanation(\?|$)/, (route) => (explained++ === 0 ? route.fulfill({
  status: 503, contentType: "application/problem+json", headers: { "Retry-After": "5" },
  body: JSON.stringify({ type: "urn:bulwark:problem:busy", title: "Busy", status: 503, detail: "One picture is being explained and 2 wait; each takes about 5 s." }) })
  : route.fulfill({ contentType: "application/json", body: JSON.stringify({
    view: "square", decision: "NSFW", score: 0.93, margin: 0.118, agreement: 0.16, seconds: 4.8, picture: map, gradient: map, occlusion: map,
    nearest: [["weapons/rifle-12.png", "weapons", 0.88, true], ["tools/drill-3.png", "tools", 0.71, false]]
      .map(([referenceId, label, similarity, flagged]) => ({ referenceId, label, similarity, flagged })) }) })));
await ada.locator("#explain").focus();
await ada.keyboard.press("Enter");
await ada.locator("[data-explained=failed]").waitFor();
report.busy = await ada.locator("[data-explained=failed]").innerText();
await ada.locator("#explain").click();
await ada.locator(".maps img.veiled").first().waitFor();
report.explanation = await ada.locator("[data-explained=there]").innerText();
report.mapsBlurred = await ada.locator(".maps img.veiled").count();
await ada.locator("#unveil-maps").click();
report.mapsClear = await ada.locator(".maps img:not(.veiled)").count();
await photograph(ada, "image-explained");
await ada.locator("#report [name=reporter]").fill("the uploader");
await ada.locator("#report [name=kind]").selectOption("appeal");
await ada.locator("#report button[type=submit]").click();
await ada.locator("#said:not([hidden])").waitFor();
report.appeal = await ada.locator("#said").innerText();
await ada.reload();
await ada.goto(`${url}#/uploader/acct-907`);
await ada.locator("table.windows").waitFor();
await photograph(ada, "uploader");
await ada.goto(`${url}#/system`);
await ada.locator("[data-card=audit-log] pre").waitFor();
await ada.locator("[data-card=agreement] tbody tr").first().waitFor();
report.reviewers = await ada.locator("[data-card=agreement] tbody td:first-child").allInnerTexts();
await photograph(ada, "system");
await ada.keyboard.press("?");
await ada.locator("dialog.help[open]").waitFor();
await photograph(ada, "keys");
report.help = await ada.locator("dialog.help").innerText();
await ada.keyboard.press("Escape");
await ada.locator("#theme").click();
await ada.locator("#theme").click();
report.darkByChoice = await ada.evaluate(() => getComputedStyle(document.documentElement).colorScheme);

// Attacks. The audits are the application's own; campaigns and probes stand in for those of a longer time.

chapter("attacks");
const { sven } = pages;
const attempt = (i) => ({
  imageId: `img-attempt-${i}`, uploaderId: `acct-${900 + (Math.floor(i / 10) + (i * i) % 7) % 20}`, at: new Date(begun - 60_000 * (200 - i)).toISOString(), score: 0.88 - i / 320 + ((i * 37) % 10) / 90,
  decision: i < 70 ? "NSFW" : i < 190 ? "REVIEW" : "SAFE", kind: "NEAR_FLAGGED", angle: 0.2 - i / 2000,
});
const campaign = {
  campaignId: "c-0a8f03b7721e9d4c", tenant: "default", kind: "NEAR_FLAGGED", state: "OPEN", severity: "HIGH", anchor: { type: "FLAGGED_ENTRY", id: "default/img-rifle-4102" },
  openedAt: attempt(0).at, lastSeenAt: attempt(199).at, events: 412, images: 398, uploaders: 20, lowestScore: 0.24, highestScore: 0.98, mergedFrom: [], ruledBy: null, ruledAt: null, note: null,
};
const rulings = [];
const json = (route, body) => route.fulfill({ contentType: "application/json", body: JSON.stringify(body) });
await sven.route(/\/api\/v1\/campaigns/, (route) => {
  const request = route.request();
  if (request.method() === "POST") {
    rulings.push(request.postDataJSON());
    return route.fulfill({ status: 202 });
  }
  const ruled = rulings.length === 0 ? campaign : { ...campaign, state: "DISMISSED", ruledBy: "sven", ruledAt: new Date(begun).toISOString(), note: rulings[0].note };
  return json(route, request.url().includes(campaign.campaignId) ? { ...ruled, members: Array.from({ length: 200 }, (_, i) => attempt(i)), membersBeyond: 212, uploadersBeyond: 0 }
    : { campaigns: [ruled], next: null });
});
await sven.goto(`${url}#/attacks`);
await sven.locator("[data-card=timeline] canvas").waitFor();
await sven.locator("[data-card=robustness] .empty").waitFor();
report.timeline = await sven.locator("[data-card=timeline] figcaption").innerText();
await sven.locator("[data-card=timeline] summary").click();
report.timelineRows = await sven.locator("[data-card=timeline] tbody tr").evaluateAll((all) => all.map((row) => row.cells[1].innerText));
await sven.route(/\/api\/v1\/audits\/summary/, async (route) => json(route, {
  ...await (await route.fetch()).json(), objective: 0.9,
  robustness: [{ goal: "evasion", epsilon: "8/255", images: 412, fell: 9, overdue: 0, accuracy: 0.978, low: 0.959, high: 0.988 }, { goal: "false_flag", epsilon: "8/255", images: 37, fell: 9, overdue: 2, accuracy: 0.757, low: 0.6, high: 0.867 }],
}));
await sven.reload();
await sven.locator("[data-card=robustness] .badge").first().waitFor();
report.robust = await sven.locator("[data-card=robustness] .badge").allInnerTexts();
await sven.locator("[data-card=timeline] canvas").waitFor();
await photograph(sven, "attacks");
await sven.locator("table.campaigns a").focus();
await sven.keyboard.press("Enter");
await sven.locator("[data-card=attempts] canvas").waitFor();
report.attempts = await sven.locator("[data-card=one-by-one] tbody tr").count();
report.accounts = await sven.locator("[data-card=accounts] tbody tr").count();
await photograph(sven, "campaign");
await sven.keyboard.press("x");
await sven.keyboard.type("A school class with one camera.");
await sven.keyboard.press("Enter");
await sven.locator(".page-head .badge", { hasText: "Dismissed" }).waitFor();
report.rulings = rulings;
report.ruled = await sven.locator("[data-card=campaign] .facts").innerText();
await sven.keyboard.press("Escape");
await sven.locator("table.campaigns").waitFor();

// Queues: a senior makes one, and a reviewer works on it alone.

chapter("queues");
await sven.goto(`${url}#/system`);
await sven.locator("#new-queue").click();
await sven.locator("#queue-form [name=name]").fill("night");
await sven.locator("#queue-form [name=position]").fill("1");
await sven.locator("#queue-form [name=deadline]").fill("0.001");
await photograph(sven, "queue-form");
await sven.locator("#queue-form [name=scoreFrom]").fill("2");
await sven.keyboard.press("Enter");
await sven.locator("#queue-form .trouble:not([hidden])").waitFor();
report.queueRefused = await sven.locator("#queue-form .trouble").innerText();
await sven.locator("#queue-form [name=scoreFrom]").fill("0");
await sven.locator("#queue-form [name=attributes]").fill("surface");
await sven.keyboard.press("Enter");
await sven.locator("#queue-form .trouble", { hasText: "surface=ads" }).waitFor();
await sven.locator("#queue-form [name=attributes]").fill("");
await sven.keyboard.press("Enter");
await sven.locator("tr[data-queue=night]").waitFor();
await sven.waitForFunction(() => Number(document.querySelector("tr[data-queue=night]")?.cells[4].innerText) > 0, null, { timeout: 40_000 });
report.queueRow = await sven.locator("tr[data-queue=night]").innerText();
await photograph(sven, "queues");
const { rita } = pages;
await rita.goto(`${url}#/review`);
await rita.locator("#queue").selectOption("night");
await rita.route(/\/alike(\?|$)/, (route) => json(route, ["copy-1", "copy-2"].map((imageId) => (
  { itemId: `0a8f03b7-721e-3d4c-8000-0000000000f${imageId.at(-1)}`, imageId, uploaderId: "acct-2" }))));
const nearItems = ["1", "2", "3"].map((digit) => `0a8f03b7-721e-3d4c-8000-00000000000${digit}`);
await rita.route(/\/near(\?|$)/, (route) => json(route, nearItems.map((itemId) => ({ itemId, imageId: `near-${itemId.at(-1)}`, uploaderId: "acct-3" }))));
await rita.locator("#claim").click();
await another(rita, "");
report.claimedFrom = await rita.locator(".case-top .tag").allInnerTexts();
await rita.locator("#alike").waitFor();
report.aboutOne = await rita.locator("#about").isHidden();
await rita.keyboard.press("a");
report.copies = await rita.locator(".copies").innerText();
report.about = await rita.locator("#about").innerText();
await photograph(rita, "review-alike");
report.nearBefore = await rita.locator(".near-pictures img").count();
await rita.keyboard.press("d");
await rita.waitForFunction(() => document.querySelectorAll(".near-pictures input:checked").length === 3);
report.aboutAll = await rita.locator("#about").innerText();
await photograph(rita, "review-near");
await rita.locator(`.near-pictures input[data-near="${nearItems[1]}"]`).click();
const sentAlike = rita.waitForRequest((request) => new URL(request.url()).pathname.endsWith("/decision"));
await rita.keyboard.press("s");
const sentWith = (await sentAlike).postDataJSON();
report.alike = sentWith.alike.map((itemId) => itemId.at(-1));
report.near = sentWith.near.map((itemId) => itemId.at(-1));
await rita.locator(".made").waitFor();
await rita.keyboard.press("r");
await sven.locator("tr[data-queue=night] .change").click();
await sven.locator("#remove-queue").click();
await sven.locator("tr[data-queue=night]").waitFor({ state: "detached" });
await rita.reload();
await rita.locator("#claim").waitFor();
report.queueChoice = await rita.locator("#queue").count();

// The list of labels: a senior makes it, and its keys are those of every reviewer.

chapter("labels");
await sven.goto(`${url}#/bank`);
const addLabel = async (values) => {
  await sven.locator("#new-label-row").click();
  for (const [name, value] of Object.entries(values)) {
    await sven.locator(`#label-form [name=${name}]`).fill(value);
  }
  await sven.locator("#label-form .primary").click();
};
await addLabel({ name: "parody", key: "q", text: "A joke about a game.", examples: "a painted card", counterExamples: "a real table" });
await sven.locator("tr[data-label=parody]").waitFor();
await sven.locator("tr[data-label=parody] .change").click();
await photograph(sven, "labels-form");
await sven.keyboard.press("Escape");
await sven.locator("#label-form button", { hasText: "Cancel" }).click();
report.labelRow = await sven.locator("tr[data-label=parody]").innerText();
await rita.reload();
await rita.locator("#claim").click();
await another(rita, "");
await rita.locator(".label kbd", { hasText: "Q" }).waitFor();
await rita.keyboard.press("q");
report.meaning = await rita.locator(".meanings").innerText();
await photograph(rita, "review-labels");
const sentLabels = rita.waitForRequest((request) => new URL(request.url()).pathname.endsWith("/decision"));
await rita.keyboard.press("n");
report.labelsSent = (await sentLabels).postDataJSON().labels;
await rita.locator(".made").waitFor();
await rita.keyboard.press("r");

// A policy: a senior changes a threshold and sees its effect, a curator approves, the senior goes back. No shell.

chapter("policy");
const desk = (page) => page.locator("policy-desk");
const thresholds = (page) => desk(page).locator("[data-thresholds]").first().innerText();
await sven.goto(`${url}#/bank`);
await desk(sven).locator("#change-policy").focus();
report.policyBefore = await thresholds(sven);
await sven.keyboard.press("Enter");
await desk(sven).locator("#policy-form").waitFor();
await desk(sven).locator("#policy-changes").waitFor();
const effectBefore = await desk(sven).locator("#policy-changes").innerText();
await desk(sven).locator("[name=flag]").fill("0.95");
const measured = seenBy(sven, "/policies/effect");
await sven.keyboard.press("Tab");
report.policyDrawn = (await measured).status();
await sven.waitForFunction((former) => ![null, undefined, former].includes(document.querySelector("#policy-changes")?.innerText), effectBefore);
report.policyEffect = [effectBefore, await desk(sven).locator("#policy-changes").innerText()];
report.policyCurve = await desk(sven).locator("#policy-effect .curve").count();
await desk(sven).locator("[name=safe]").first().fill("0.99");
await desk(sven).locator("[name=note]").fill("Too many drawings of cards are flagged.");
await desk(sven).locator("#policy-form .primary").press("Enter");
await desk(sven).locator("#policy-form .trouble:not([hidden])").waitFor();
report.policyRefused = await desk(sven).locator("#policy-form .trouble").innerText();
await photograph(sven, "policy-form");
await desk(sven).locator("[name=safe]").first().fill("0.4");
await desk(sven).locator("#policy-form .primary").press("Enter");
await desk(sven).locator("#policy-proposal").waitFor();
report.policyOwn = [await desk(sven).locator("#approve-policy").count(), await desk(sven).locator("#policy-proposal .buttons").innerText()];
report.policyDifferences = await desk(sven).locator("#policy-proposal .differences tbody tr").allInnerTexts();
console.log("a policy is proposed");
const { cleo } = pages;
await cleo.goto(`${url}#/bank`);
await cleo.reload();
await desk(cleo).locator("#policy-shadow + .wide").waitFor({ timeout: 30_000 });
report.policyShadow = await desk(cleo).locator("#policy-shadow").innerText();
await desk(cleo).locator("#policy-changes").waitFor();
await photograph(cleo, "policy-proposal");
await desk(cleo).locator("#approve-policy").focus();
await cleo.keyboard.press("Enter");
await desk(cleo).locator("#policy-history").waitFor();
report.policyApproved = await thresholds(cleo);
await sven.reload();
await desk(sven).locator("#policy-history .roll-back").focus();
await sven.keyboard.press("Enter");
await sven.keyboard.type("Real pictures pass.");
await sven.keyboard.press("Enter");
await desk(sven).locator("#policy-history tbody tr").nth(1).waitFor();
report.policyBack = await thresholds(sven);
await desk(sven).locator("#policy-log summary").click();
report.policyLog = await desk(sven).locator("#policy-log li").allInnerTexts();
await photograph(sven, "policy-history");
await sven.goto(`${url}#/image/${decidedSafe}`);
await sven.locator("[data-card='decision in force'] .facts").waitFor();
report.decidedBy = await sven.locator("[data-card='decision in force'] .facts").innerText();

// Who can see a picture.

await ada.goto(`${url}#/image/${decidedSafe}`);
await ada.locator("[data-card=viewers] .facts").waitFor();
report.viewers = await ada.locator("[data-card=viewers]").innerText();
await photograph(ada, "viewers");
report.viewersHidden = await sven.locator("[data-card=viewers]").count();
// Duties: a senior changes what one asks for, and what has a clock comes first.

chapter("duties");
await sven.goto(`${url}#/system`);
await sven.locator("tr[data-duty=NOTICE] .change").click();
await sven.locator("#duty-form [name=deadline]").fill("2");
await photograph(sven, "duty-form");
await sven.locator("#duty-form [name=escalates]").fill("3");
await sven.keyboard.press("Enter");
await sven.locator("#duty-form .trouble:not([hidden])").waitFor();
report.dutyRefused = await sven.locator("#duty-form .trouble").innerText();
await sven.locator("#duty-form [name=escalates]").fill("1");
await sven.keyboard.press("Enter");
await sven.locator("#duty-form").waitFor({ state: "detached" });
const owed = await rita.evaluate(async () => {
  const post = async (path, body) => (await fetch(`api/v1/review/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
  const { itemId, leaseId, imageId } = await (await post("claims", {})).json();
  await post(`items/${itemId}/release`, { leaseId });
  await post("reports", { imageId, duty: "INTIMATE_IMAGE", reporter: "reader-1" });
  return imageId;
});
await sven.locator("tr[data-duty=INTIMATE_IMAGE] td", { hasText: "left" }).waitFor({ timeout: 40_000 });
report.dutyRow = await sven.locator("tr[data-duty=INTIMATE_IMAGE]").innerText();
await rita.locator("#claim").click();
await another(rita, "");
report.dutyTags = await rita.locator(".case-top .tag").allInnerTexts();
report.dutyFirst = (await rita.locator(".case-top h2").innerText()) === owed;
await photograph(rita, "review-duty");
await rita.keyboard.press("r");
await rita.evaluate((imageId) => fetch("api/v1/review/reports", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(
  { imageId, duty: "NOTICE", reporter: "reader-1", receivedAt: new Date(Date.now() - 100 * 60_000).toISOString() }) }), owed);
// Accounts: a rule, an action with its appeal, which another senior answers, and uploads that go to people again.

chapter("accounts");
await sven.goto(`${url}#/system`);
await sven.locator("#new-account-rule").click();
await sven.locator("#account-rule-form [name=name]").fill("repeated");
await sven.locator("#account-rule-form [name=action]").selectOption("SUSPEND");
await sven.locator("#account-rule-form [name=threshold]").fill("3");
await sven.locator("#account-rule-form [name=days]").fill("7");
await photograph(sven, "account-rule-form");
await sven.keyboard.press("Enter");
await sven.locator("tr[data-rule=repeated]").waitFor();
report.accountRule = await sven.locator("tr[data-rule=repeated]").innerText();
await sven.goto(`${url}#/uploader/acct-311`);
await sven.locator("#account-action [name=action]").selectOption("BAN");
await sven.locator("#account-action [type=submit]").click();
await sven.keyboard.type("It sells arms.");
await sven.keyboard.press("Enter");
await sven.locator("tr[data-action]").waitFor();
report.ownAction = await sven.locator("tr[data-action] .appeal").count();
await rita.goto(`${url}#/uploader/acct-311`);
await rita.reload();
await rita.locator("tr[data-action] .appeal").click();
await rita.keyboard.type("They are toys.");
await rita.keyboard.press("Enter");
await rita.getByText("waits for a senior", { exact: true }).waitFor();
await sven.locator("#review-again").click();
await sven.locator("#said", { hasText: "wait in the queue" }).waitFor();
await photograph(sven, "account");
await sven.goto(`${url}#/system`);
await sven.locator("tr[data-appeal]").waitFor();
report.ownAppeal = await sven.locator("tr[data-appeal]").innerText();
await ada.goto(`${url}#/system`);
await ada.reload();
await ada.locator("tr[data-appeal] .approve").click();
await ada.keyboard.type("They are toys.");
await ada.keyboard.press("Enter");
await ada.locator("tr[data-appeal]").waitFor({ state: "detached" });
await ada.goto(`${url}#/uploader/acct-311`);
await ada.locator("tr[data-action]", { hasText: "lifted: on appeal, ada" }).waitFor();
report.accountAction = await ada.locator("tr[data-action]").innerText();

// Wellness: an admin's rules lock a reviewer's switches, and an opt-out is kept.

chapter("wellness");
await ada.goto(`${url}#/system`);
await ada.locator("#change-wellness").click();
await ada.locator("#wellness-form [name=greyscale]").check();
await ada.locator("#wellness-form [name=limits]").fill("gore, minor: 20");
await photograph(ada, "wellness-form");
await ada.locator("#wellness-form .primary").click();
await ada.locator("#change-wellness").waitFor();
report.wellness = await ada.locator("[data-card=wellness] ul").innerText();
await sven.route(/\/wellness\/report(\?|$)/, (route) => json(route, [
  { label: "gore", items: 1320, people: 9, optedOut: 6, team: 14 }, { label: "weapons", items: 40, people: 7, team: 14 }]));
await sven.goto(`${url}#/system`);
await sven.reload();
await sven.getByRole("region", { name: "Seen within seven days" }).waitFor();
report.exposures = await sven.getByRole("region", { name: "Seen within seven days" }).locator("tbody tr").allInnerTexts();
await photograph(sven, "wellness-report");
await rita.goto(`${url}#/system`);
await rita.reload();
await rita.locator("#opt-out-form [name=labels]").fill("gore");
await rita.keyboard.press("Enter");
await rita.locator("#said", { hasText: "Kept." }).waitFor();
await rita.goto(`${url}#/review`);
await rita.locator("#claim").click();
await another(rita, "");
await rita.locator(".picture img.grey").waitFor();
await rita.keyboard.press("g");
report.lockedGrey = await rita.locator(".switches button[disabled]").allInnerTexts();
report.stillGrey = await rita.locator(".picture img.grey").count();
await photograph(rita, "review-locked");
await rita.keyboard.press("r");

// A restricted case: claimed with a reason, decided in words.

chapter("restricted");
const dina = await logIn("dina", "#/restricted");
const restrictedCase = dina.locator("tr[data-case]");
await restrictedCase.waitFor();
await photograph(dina, "restricted");
await dina.keyboard.press("c");
await dina.locator("dialog.ask textarea").waitFor();
await dina.keyboard.type("My turn today.");
await dina.keyboard.press("Enter");
await dina.locator("#ruling select:focus").waitFor();
report.restricted = {
  image: await dina.locator("[data-card=case] dt:text-is('Image') + dd").innerText(),
  pictures: await dina.locator("main img").count(),
};
await photograph(dina, "restricted-case");
await dina.locator("#ruling select").focus();
await dina.keyboard.type("Not");
await dina.keyboard.press("Tab");
await dina.keyboard.press("Tab");
await dina.keyboard.type("Another picture.");
await dina.keyboard.press("Tab");
await dina.keyboard.press("Enter");
await dina.locator("#said", { hasText: "Decided." }).waitFor();
report.restricted.state = await restrictedCase.locator("td", { hasText: "another person checks" }).innerText();
await ada.goto(`${url}#/restricted`);
report.restricted.others = await ada.getByText("designated staff").first().innerText();

// What stands in a picture's place.

chapter("no picture");
report.sentences = {};
for (const [status, kind] of [[404, "picture-gone"], [409, "picture-changed"], [503, "no-preview"]]) {
  const page = await ada.context().newPage();
  await page.route(/\/picture(\?|$)/, (route) => route.fulfill({
    status, contentType: "application/problem+json", body: JSON.stringify({ type: `urn:bulwark:problem:${kind}`, title: kind, status, detail: kind }) }));
  await page.goto(`${url}#/image/img-rifle-4102`);
  await page.locator("#show").click();
  await page.locator("[data-picture=absent]").waitFor();
  report.sentences[kind] = await page.locator("[data-picture=absent]").innerText();
  await page.close();
}

const out = await (await browserOf()).newPage();
await out.goto(url);
await out.locator("#name").waitFor();
await photograph(out, "login");

chapter("end");
report.errors = errors;
await tell(report);

/** Photographs a page at both widths, and has axe look at it in light and dark. */
async function photograph(page, name) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    if (!(await page.evaluate(() => "axe" in window))) {
      await page.evaluate(axe.source);
    }
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const { id, impact, nodes } of violations.filter((each) => each.impact === "serious" || each.impact === "critical")) {
      report.axe.push(`${name} ${scheme} ${impact} ${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    }
    if (scheme === "dark") {
      await shot(page, `${name}-1280-dark`);
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await shotOf(page, name);
}

async function shotOf(page, name) {
  await shot(page, `${name}-1280`, true);
  await page.setViewportSize({ width: 400, height: 860 });
  await shot(page, `${name}-400`, true);
  await page.setViewportSize({ width: 1280, height: 800 });
}
