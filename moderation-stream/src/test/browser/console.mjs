// Opens the console in Chromium and does what a moderator does. Tells the Java test what it saw as one line of JSON;
// the assertions are there. Usage: node console.mjs CHROMIUM FOLDER URL ROWS, where FOLDER takes screenshots and profile.
//
// Protocol on standard output: "OPEN" once the page is live and empty, "PAUSED" once it is paused, then the report.

import { chromium } from "playwright-core";
import { join } from "node:path";

const [executablePath, folder, url, rows] = process.argv.slice(2);

// Chromium as root has no sandbox; the rest keeps it from calling home.
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const context = await chromium.launchPersistentContext(join(folder, "profile"), {
  executablePath,
  headless: true,
  args: ARGUMENTS,
  viewport: { width: 1440, height: 900 },
  colorScheme: "light",
});
const page = context.pages()[0] ?? await context.newPage();
page.setDefaultTimeout(20_000);

const errors = [];
page.on("console", (message) => {
  if (message.type() === "error") {
    errors.push(message.text());
  }
});
page.on("pageerror", (error) => errors.push(String(error)));
await page.exposeFunction("violated", (directive) => errors.push(`policy violated: ${directive}`));
await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) => window.violated(event.violatedDirective)));

const text = (selector) => page.locator(selector).innerText();
const shot = (name) => page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
const visibleRows = () => page.locator("#verdicts li:not([hidden]) .row").count();
const report = {};

const answer = await page.goto(url);
report.headers = answer.headers();
await page.locator("#connection[data-state=live]").waitFor();
report.empty = await text("#empty");
await shot("console-empty");
console.log("OPEN");

await page.locator(`#verdicts li:nth-child(${rows})`).waitFor();
await page.locator("#verdicts li", { hasText: "img-rifle" }).locator(".alarm").waitFor();
report.rows = await page.locator("#verdicts .row").evaluateAll((all) => all.map((row) => ({
  decision: row.querySelector(".badge").dataset.decision,
  image: row.querySelector(".mono").textContent,
  score: row.querySelector(".score output").textContent,
  thresholds: row.querySelectorAll(".threshold").length,
  nearest: row.querySelector(".nearest").innerText,
  spoken: row.getAttribute("aria-label"),
  alarm: row.querySelector(".alarm")?.innerText ?? "",
})));
report.counts = await page.locator(".filter").evaluateAll((all) =>
  Object.fromEntries(all.map((filter) => [filter.dataset.filter, filter.querySelector("b").textContent])));

// In this order, which the feed does not promise.
report.taught = await page.evaluate(async () => {
  const { learn, thresholdsFor } = await import("/console/thresholds.js");
  const verdict = { tenant: "taught", policyVersion: "p", decidedBy: { kind: "WORKER" }, decision: "NSFW", reason: null };
  const scored = { ...verdict, score: 0.9, margin: 0.3 };
  const news = [scored, { ...verdict, reason: "KNOWN", score: 1, margin: 1 }, { ...verdict, reason: "OTHER", score: 1, margin: 0.2 }]
    .map(learn);
  return [...news, ...thresholdsFor(scored).map(({ name, at }) => `${name} ${at.toFixed(2)}`)];
});

// Nothing of the page may grow while it is hidden.
report.bounded = await page.evaluate(async () => {
  const { Backlog, Places } = await import("/console/backlog.js");
  const backlog = new Backlog(3);
  [1, 2, 3, 4, 5].forEach((entry) => backlog.add(entry));
  const places = new Places();
  const asked = [[0, 4], [0, 5], [0, 5], [1, 5], [0, 3]].map(([partition, offset]) => places.isNew({ partition, offset }));
  return { size: backlog.size, taken: backlog.take().join(), left: backlog.size, asked: asked.join() };
});
report.moments = await page.evaluate(async () => {
  const { moment, hour } = await import("/console/words.js");
  const now = new Date(2026, 6, 14, 12, 0, 0);
  return [moment(new Date(2026, 6, 14, 9, 5, 7), now), moment(new Date(2026, 6, 12, 9, 5, 7), now),
    moment(new Date(2025, 6, 12, 9, 5, 7), now), hour(new Date(2026, 6, 12, 9, 5, 7), now)];
});

// Statistics follow the verdicts by a commit. They are asked for outside of the page, whose errors all count.
const statistics = async () => (await page.request.get(new URL("api/v1/uploaders/acct-907", url).href)).ok();
for (const deadline = Date.now() + 20_000; !(await statistics());) {
  if (Date.now() > deadline) {
    throw new Error("no statistics of acct-907 within 20 s");
  }
  await page.waitForTimeout(50);
}
await page.locator("#verdicts li", { hasText: "img-rifle" }).locator(".row").click();
await page.locator("table.windows").waitFor();
report.details = await page.locator("#details-body").evaluate((body) => ({
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
await shot("console-light");
await page.emulateMedia({ colorScheme: "dark" });
await shot("console-dark");
await page.emulateMedia({ colorScheme: "light" });

await page.keyboard.press("Escape");
report.focusAfterEscape = await page.evaluate(() => document.activeElement.querySelector(".mono")?.textContent);
await page.keyboard.press("ArrowDown");
report.focusAfterDown = await page.evaluate(() => document.activeElement.classList.contains("row"));
await page.keyboard.press("Enter");
report.openedByKeyboard = await page.locator("#details-body h2").count();
await page.keyboard.press("Escape");

await page.locator(".filter[data-filter=NSFW]").click();
report.nsfwOnly = await page.locator("#verdicts li:not([hidden]) .badge").evaluateAll((all) => all.map((badge) => badge.dataset.decision));
await page.locator(".filter[data-filter=AUDITED]").click();
report.auditedOnly = await page.locator("#verdicts li:not([hidden]) .row .mono:first-child").evaluateAll((all) => all.map((id) => id.textContent));
await page.locator(".filter[data-filter=ALL]").click();
await page.keyboard.press("/");
await page.keyboard.type("no such thing");
report.nothingMatches = await text("#empty");
await page.keyboard.press("Escape");
report.rowsAfterSearch = await visibleRows();

await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press("p");
console.log("PAUSED");
await page.locator("#pause-text", { hasText: "1 waiting" }).waitFor();
report.rowsWhilePaused = await visibleRows();
await page.locator("#pause").click();
await page.locator("#verdicts li", { hasText: "img-while-paused" }).waitFor();
report.rowsAfterPause = await visibleRows();

console.log("LATE AUDIT");
await page.locator("#verdicts li", { hasText: "img-revolver" }).locator(".alarm").waitFor();
report.lateAlarm = await page.locator("#verdicts li", { hasText: "img-revolver" }).locator(".row").getAttribute("aria-label");

report.covered = {};
for (const width of [1081, 1280, 1366, 1440]) {
  await page.setViewportSize({ width, height: 900 });
  report.covered[width] = await page.evaluate(() => {
    const panel = document.getElementById("details").getBoundingClientRect();
    return [...document.querySelectorAll(".filter")]
      .filter((chip) => chip.getBoundingClientRect().right > panel.left || chip.scrollWidth > chip.clientWidth + 1)
      .map((chip) => chip.dataset.filter);
  });
}
await page.setViewportSize({ width: 1280, height: 800 });
await shot("console-1280");
await page.setViewportSize({ width: 420, height: 860 });
await shot("console-narrow");
report.injected = await page.evaluate(() => window.injected ?? "nothing");
report.errors = errors;

// A second page, in which the statistics are away at first: its errors are meant.
const early = await context.newPage();
early.setDefaultTimeout(20_000);
let asked = 0;
await early.route(/\/api\/v1\/uploaders\//, (route) => ++asked > 1 ? route.continue() : route.fulfill({
  status: 503, contentType: "application/problem+json", body: JSON.stringify({ detail: "Stores are moving." }) }));
await early.goto(url);
await early.locator("#verdicts li", { hasText: "img-rifle" }).locator(".row").click();
await early.getByText("Stores are moving.").waitFor();
await early.locator("table.windows").waitFor();
report.askedForWindows = asked;

await context.close();
console.log(JSON.stringify(report));
