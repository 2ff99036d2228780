// Opens the live feed in Chromium and does what a moderator does. Tells the Java test what it saw as one line of JSON;
// the assertions are there. Usage: node console.mjs CHROMIUM FOLDER URL ROWS, where FOLDER takes screenshots.
//
// Protocol on standard output: "OPEN" once the page is live and empty, "PAUSED" once it is paused, "LATE AUDIT" for an
// audit of img-revolver, "CUT" while a page has no connection, then the report.

import net from "node:net";
import { rest, shot, tell, url, visitor } from "./stage.mjs";

const [rows] = rest;
const LIVE = `${url}#/decisions?live=1`;

const errors = [];
const noDatabase = (address) => address.includes("/review/queue");
const context = await visitor(errors, noDatabase);
const page = await context.newPage();
await page.setViewportSize({ width: 1440, height: 900 });

const text = (selector) => page.locator(selector).innerText();
const visibleRows = () => page.locator("#verdicts .row").count();
const rowOf = (image) => page.locator("#verdicts li", { hasText: image });
const report = {};

const answer = await page.goto(LIVE);
report.headers = answer.headers();
await page.locator("#connection[data-state=live]").waitFor();
report.empty = await text(".stream .empty");
await shot(page, "console-empty");
console.log("OPEN");

await page.locator(`#verdicts li:nth-child(${rows})`).waitFor();
await rowOf("img-rifle").locator(".alarm").waitFor();
report.rows = await page.locator("#verdicts .row").evaluateAll((all) => all.map((row) => ({
  decision: row.querySelector(".badge").dataset.decision,
  image: row.querySelector(".mono").textContent,
  score: row.querySelector(".score output").textContent,
  thresholds: row.querySelectorAll(".threshold").length,
  nearest: row.querySelector(".nearest").innerText,
  spoken: row.querySelector(".visually-hidden").textContent,
  alarm: row.querySelector(".alarm")?.innerText ?? "",
})));
report.counts = await page.locator(".filter").evaluateAll((all) =>
  Object.fromEntries(all.map((filter) => [filter.dataset.filter, filter.querySelector("b").textContent])));

// Statistics follow the verdicts by a commit. They are asked for outside of the page, whose errors all count.
const statistics = async () => (await page.request.get(new URL("api/v1/uploaders/acct-907", url).href)).ok();
for (const deadline = Date.now() + 20_000; !(await statistics());) {
  if (Date.now() > deadline) {
    throw new Error("no statistics of acct-907 within 20 s");
  }
  await page.waitForTimeout(50);
}
await rowOf("img-rifle").locator(".row").click();
await page.locator("table.windows").waitFor();
report.details = await page.locator(".details").evaluate((body) => ({
  title: body.querySelector("h2").textContent,
  views: [...body.querySelectorAll(".view")].map((view) => ({
    name: view.querySelector(".view-top b").textContent,
    neighbours: [...view.querySelectorAll("table.neighbours tbody tr")].map((row) =>
      [row.cells[0].textContent, row.cells[1].textContent, row.querySelector("output").textContent].join(" ")),
    classes: [...view.querySelectorAll(".classes output")].map((cell) =>
      `${cell.previousElementSibling.previousElementSibling.textContent} ${cell.textContent}`),
  })),
  audits: [...body.querySelectorAll(".audit")].map((audit) => ({
    kind: audit.querySelector(".view-top b").textContent,
    sides: [...audit.querySelectorAll(".side")].map((side) => ({
      name: side.querySelector("p").textContent,
      decision: side.querySelector(".badge").dataset.decision,
      score: side.querySelector(".score output").textContent,
      nearest: [...side.querySelectorAll(".near li")].map((item) => [...item.children].map((part) => part.textContent).join(" ")),
    })),
    facts: audit.querySelector(".facts").innerText,
  })),
  timings: body.querySelector(".timings").innerText,
  windows: [...body.querySelectorAll("table.windows tbody tr")].map((row) => [...row.cells].slice(1).map((cell) => cell.textContent).join(" ")),
}));
await page.mouse.move(0, 0);
await shot(page, "console-light");
await page.emulateMedia({ colorScheme: "dark" });
await shot(page, "console-dark");
await page.emulateMedia({ colorScheme: "light" });

await page.keyboard.press("Escape");
report.focusAfterEscape = await page.evaluate(() => document.activeElement.querySelector(".mono")?.textContent);
await page.keyboard.press("ArrowDown");
report.focusAfterDown = await page.evaluate(() => document.activeElement.classList.contains("row"));
await page.keyboard.press("Enter");
await page.locator(".details h2").waitFor();
report.openedByKeyboard = await page.locator(".details h2").count();
await page.keyboard.press("Escape");

const shownDecisions = () => page.locator("#verdicts .row .badge").evaluateAll((all) => all.map((badge) => badge.dataset.decision));
await page.locator(".filter[data-filter=NSFW]").click();
await page.locator(".filter[data-filter=NSFW][aria-pressed=true]").waitFor();
report.nsfwOnly = await shownDecisions();
report.filterInAddress = new URL(page.url()).hash;
await page.locator(".filter[data-filter=AUDITED]").click();
await page.locator(".filter[data-filter=AUDITED][aria-pressed=true]").waitFor();
report.auditedOnly = await page.locator("#verdicts .row .mono:first-child").evaluateAll((all) => all.map((id) => id.textContent));
await page.locator(".filter[data-filter=ALL]").click();
await page.locator(`#verdicts li:nth-child(${rows})`).waitFor();
await page.keyboard.press("/");
await page.keyboard.type("no such thing");
await page.locator(".stream .empty").waitFor();
report.nothingMatches = await text(".stream .empty");
await page.keyboard.press("Escape");
await page.locator(`#verdicts li:nth-child(${rows})`).waitFor();
report.rowsAfterSearch = await visibleRows();

await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press("p");
await page.locator("#pause[aria-pressed=true]").waitFor();
console.log("PAUSED");
await page.locator("#pause", { hasText: "1 waiting" }).waitFor();
report.rowsWhilePaused = await visibleRows();
await page.locator("#pause").click();
await rowOf("img-while-paused").waitFor();
report.rowsAfterPause = await visibleRows();

console.log("LATE AUDIT");
await rowOf("img-revolver").locator(".alarm").waitFor();
report.lateAlarm = await rowOf("img-revolver").locator(".row .visually-hidden").textContent();

report.covered = {};
for (const width of [1081, 1280, 1366, 1440]) {
  await page.setViewportSize({ width, height: 900 });
  report.covered[width] = await page.evaluate(() => {
    const panel = document.querySelector(".details").getBoundingClientRect();
    return [...document.querySelectorAll(".filter")]
      .filter((chip) => chip.getBoundingClientRect().right > panel.left || chip.scrollWidth > chip.clientWidth + 1)
      .map((chip) => chip.dataset.filter);
  });
}
await page.setViewportSize({ width: 420, height: 860 });
await shot(page, "console-narrow");

// Without a database every page says so, and what does not need one works.
await page.setViewportSize({ width: 1280, height: 800 });
await page.goto(`${url}#/review`);
await page.locator("review-page [data-problem=no-database]").waitFor();
report.noDatabase = await text("review-page [data-problem=no-database]");
report.injected = await page.evaluate(() => window.injected ?? "nothing");
report.errors = errors;

// A second browser, in which the statistics are away at first: its errors are meant.
const early = await (await visitor([])).newPage();
let asked = 0;
await early.route(/\/api\/v1\/uploaders\//, (route) => ++asked > 1 ? route.continue() : route.fulfill({
  status: 503, contentType: "application/problem+json", body: JSON.stringify({ detail: "Stores are moving." }) }));
await early.goto(LIVE);
await early.locator("#verdicts li", { hasText: "img-rifle" }).locator(".row").click();
await early.getByText("Stores are moving.").waitFor();
await early.locator("table.windows").waitFor();
report.askedForWindows = asked;
await early.goto(`${url}#/decisions`);
await early.locator(".notice").waitFor();
report.withoutDatabase = await early.locator("table.cases tbody tr").count();
await early.close();

// A third one behind a wire that is cut: it comes back by itself and misses nothing.
const sockets = new Set();
let whole = true;
const wire = net.createServer((client) => {
  if (!whole) {
    client.destroy();
    return;
  }
  const server = net.connect(Number(new URL(url).port), new URL(url).hostname);
  for (const [one, other] of [[client, server], [server, client]]) {
    sockets.add(one);
    one.pipe(other);
    one.on("error", () => other.destroy());
    one.on("close", () => sockets.delete(one));
  }
});
await new Promise((ready) => wire.listen(0, "localhost", ready));
const cut = await (await visitor([])).newPage();
await cut.goto(LIVE.replace(new URL(url).port, String(wire.address().port)));
await cut.locator("#connection[data-state=live]").waitFor();
await cut.locator("#verdicts li", { hasText: "img-while-paused" }).waitFor();
const before = await cut.locator("#verdicts .row").count();
whole = false;
sockets.forEach((socket) => socket.destroy());
await cut.locator("#connection[data-state=lost]").waitFor();
console.log("CUT");
whole = true;
await cut.locator("#connection[data-state=live]").waitFor();
await cut.locator("#verdicts li", { hasText: "img-while-cut" }).waitFor();
report.rowsAfterCut = await cut.locator("#verdicts .row").count() - before;
wire.close();
sockets.forEach((socket) => socket.destroy());

await tell(report);
