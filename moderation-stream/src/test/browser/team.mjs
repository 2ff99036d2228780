// A team at work in Chromium: everybody logs in, claims, looks and decides by keyboard until all items are decided, while a
// lead watches the queues. One browser process; each person has cookies, storage and a page of their own.
// Usage: node team.mjs CHROMIUM FOLDER URL PASSWORD PICTURES ITEMS THINK NAME..., with the milliseconds for which a person looks
// on average. The pictures stand in for the answers of a preview service. Tells what it saw as one line of JSON.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { rest, shot, tell, url, visitor } from "./stage.mjs";

const [password, pictures, all, think, ...names] = rest;
const items = Number(all);
const files = readdirSync(pictures, { recursive: true }).filter((name) => name.endsWith(".png")).sort();
const SKIPS = 0.05;
const LIMIT_MILLIS = 60 * 60_000;
const STALLED_MILLIS = 60_000;
const begun = Date.now();
const errors = [];
/** By item, who decided it; by item, who has it in hand; what two had in hand at once; what keys did nothing about. */
const [decided, inHands, twice, unheard] = [new Map(), new Map(), [], []];
const waits = [];

async function logIn(name, hash) {
  const context = await visitor(errors);
  await context.route(/\/picture(\?|$)/, (route) => {
    const sum = [...route.request().url()].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 100_003, 7);
    return route.fulfill({ path: join(pictures, files[sum % files.length]), contentType: "image/png", headers: { "Bulwark-Frames": "1" } });
  });
  const page = await context.newPage();
  page.on("response", (answer) => {
    const path = new URL(answer.url()).pathname;
    if (path.endsWith("/decision") && answer.ok()) {
      const item = path.split("/").at(-2);
      if (decided.has(item)) {
        twice.push(`${item} was decided by ${decided.get(item)} and by ${name}`);
      }
      decided.set(item, name);
    }
  });
  await page.goto(`${url}${hash}`);
  await page.locator("#name").waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.locator("#connection[data-state=live]").waitFor({ timeout: 60_000 });
  return page;
}

/** The item in hand once it can be decided and has its labels, of which a new browser knows none; null where none came within two seconds. */
const another = (page, former) => page.waitForFunction((than) => {
  const desk = document.querySelector(".desk");
  return desk !== null && desk.dataset.item !== than && desk.querySelector("#safe:not(:disabled)") !== null && desk.querySelector(".label") !== null && desk.dataset.item;
}, former, { polling: 50, timeout: 2000 }).then((found) => found.jsonValue(), () => null);

/** Decides what comes, until all is decided. One of twenty is left to others. */
async function sit(name, page) {
  await page.locator("#claim").waitFor({ timeout: 60_000 });
  await page.keyboard.press("c");
  let former = null;
  let pressed = Date.now();
  while (decided.size < items && Date.now() - begun < LIMIT_MILLIS) {
    const item = await another(page, former);
    if (item === null) {
      pressed = null; // the queue was empty for this person meanwhile
      if (former !== null && await page.locator(`.desk[data-item="${former}"] #safe:not(:disabled)`).count() > 0) {
        unheard.push(`${name}, ${former}: ${(await page.locator("main").innerText()).replace(/\s+/g, " ")}`);
        former = null; // as a person would press again
      }
      continue;
    }
    if (pressed !== null) {
      waits.push(Date.now() - pressed);
    }
    if (inHands.has(item) || decided.has(item)) {
      twice.push(`${item} is in the hands of ${name} and of ${inHands.get(item) ?? decided.get(item)}`);
    }
    inHands.set(item, name);
    await page.waitForTimeout(2 * think * Math.random());
    inHands.delete(item);
    pressed = Date.now();
    if (Math.random() < SKIPS) {
      await page.keyboard.press("k");
      await page.keyboard.type("Left to others.");
      await page.keyboard.press("Enter");
    } else if (Math.random() < 0.5) {
      await page.keyboard.press("s");
    } else {
      await page.keyboard.press("1"); // the label that says why
      await page.keyboard.press("n");
    }
    former = item;
  }
}

/** What waits by the lead's page, each two seconds until the others are done. Fails where none decides for a minute. */
async function watch(page, done) {
  const seen = [];
  const tooLate = Symbol("two seconds");
  let [size, grown] = [0, Date.now()];
  do {
    [size, grown] = decided.size > size ? [decided.size, Date.now()] : [size, grown];
    if (Date.now() - grown > STALLED_MILLIS) {
      for (const [name, each] of people) {
        await shot(each, `team-stalled-${name}`);
        console.error(`${name}: ${(await each.locator("main").innerText()).replace(/\s+/g, " ")}`);
      }
      throw new Error(`stalled at ${size} of ${items} decided; the browsers' errors: ${errors.join("; ")}`);
    }
    seen.push(await page.locator("tr[data-queue]").evaluateAll((rows) => rows.reduce((sum, row) => sum + Number(row.cells[2].innerText.replace(/\D/g, "")), 0)));
    console.error(`${((Date.now() - begun) / 1000).toFixed(0)} s: ${decided.size} of ${items} decided`);
  } while (await Promise.race([done.then(() => null), page.waitForTimeout(2000).then(() => tooLate)]) === tooLate);
  return seen;
}

const lead = await logIn("lead", "#/system");
await lead.locator("tr[data-queue]").first().waitFor();
const people = new Map();
for (const name of names) { // one after the other: a login is some hundred milliseconds of hashing
  people.set(name, await logIn(name, "#/review"));
}
const since = Date.now();
const work = Promise.all([...people].map(([name, page]) => sit(name, page)));
const waiting = await watch(lead, work);
await work;
const seconds = (Date.now() - since) / 1000;
const [first] = people.values();
await shot(first, "team-done");
const by = Object.fromEntries(names.map((name) => [name, [...decided.values()].filter((who) => who === name).length]));
const idle = await Promise.all([...people].filter(([name]) => by[name] === 0).map(async ([name, page]) => `${name}: ${(await page.locator("main").innerText()).replace(/\s+/g, " ")}`));
waits.sort((one, other) => one - other);
await tell({
  decided: decided.size, twice, unheard, errors, seconds, waiting, by, idle,
  p50: waits[Math.floor(waits.length / 2)], p95: waits[Math.floor(0.95 * waits.length)],
});
