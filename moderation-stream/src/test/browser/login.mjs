// Logs in and out of the console in Chromium, as a built-in user does. Tells what it saw as one line of JSON.
// Usage: node login.mjs CHROMIUM FOLDER URL NAME PASSWORD, where FOLDER takes screenshots and profile.

import { chromium } from "playwright-core";
import { join } from "node:path";

const [executablePath, folder, url, name, password] = process.argv.slice(2);
const context = await chromium.launchPersistentContext(join(folder, "profile-login"), {
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  viewport: { width: 1280, height: 800 },
});
const page = context.pages()[0] ?? await context.newPage();
page.setDefaultTimeout(20_000);

const errors = [];
page.on("console", (message) => {
  if (message.type() === "error" && !message.text().includes("401")) { // the wrong password's answer is meant
    errors.push(message.text());
  }
});
page.on("pageerror", (error) => errors.push(String(error)));
const report = {};

await page.goto(url);
report.ledTo = new URL(page.url()).pathname;
const submit = async (secret) => {
  await page.locator("#name").fill(name);
  await page.locator("#password").fill(secret);
  await page.locator("button[type=submit]").click();
};
await submit("wrong");
await page.locator("#trouble:not([hidden])").waitFor();
report.wrong = await page.locator("#trouble").innerText();
await page.screenshot({ path: join(folder, "login.png") });
await submit(password);
await page.locator("#connection[data-state=live]").waitFor();
await page.locator("#visitor:not([hidden])").waitFor();
report.visitor = await page.locator("#visitor-name").innerText();
report.cookiesThatScriptsSee = await page.evaluate(() => document.cookie);
await page.locator("#logout").click();
await page.waitForURL("**/login.html");
report.afterLogout = (await page.request.get(new URL("api/v1/system", url).href)).status();
report.errors = errors;
await context.close();
console.log(JSON.stringify(report));
