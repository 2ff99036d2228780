// What the console's browser tests share: a Chromium that stays at home, and what the browser complains of.

import { chromium } from "playwright-core";
import { join } from "node:path";

// Chromium as root has no sandbox; the rest keeps it from calling home.
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const [executablePath, folder, url, ...rest] = process.argv.slice(2);

export const browser = await chromium.launch({ executablePath, headless: true, args: ARGUMENTS });

/**
 * A browser of one's own, with its cookies and settings.
 *
 * @param {string[]} errors takes what the browser complains of
 * @param {function(string): boolean} expected whether an address answers an error on purpose
 */
export async function visitor(errors, expected = () => false) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "light", locale: "en-US" });
  context.setDefaultTimeout(15_000);
  await context.exposeFunction("violated", (directive) => errors.push(`policy violated: ${directive}`));
  await context.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) => window.violated(event.violatedDirective)));
  context.on("page", (page) => {
    page.on("console", (message) => {
      if (message.type() === "error" && !(message.text().startsWith("Failed to load resource") && expected(message.location().url))) {
        errors.push(`${message.text()} ${message.location().url}`);
      }
    });
    page.on("pageerror", (error) => errors.push(String(error)));
  });
  return context;
}

export const shot = (page, name, fullPage = false) => page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", fullPage });

// What a test that failed had before it: a picture of each page, and its text.
process.on("uncaughtException", async (failure) => {
  console.error(failure);
  const pages = browser.contexts().flatMap((context) => context.pages());
  await Promise.all(pages.map(async (page, number) => {
    await shot(page, `failed-${number}`).catch(() => {});
    console.error(`page ${number}, ${page.url()}: ${await page.locator("body").innerText({ timeout: 2_000 }).catch(String)}`);
  }));
  process.exit(1);
});

/** Ends the browser and tells the test what was seen, as one line. */
export async function tell(report) {
  await browser.close();
  console.log(JSON.stringify(report));
}
