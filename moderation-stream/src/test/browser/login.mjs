// Logs in and out of the console in Chromium, as a built-in user does. Tells what it saw as one line of JSON.
// Usage: node login.mjs CHROMIUM FOLDER URL NAME PASSWORD, where FOLDER takes screenshots.

import { rest, shot, tell, url, visitor } from "./stage.mjs";

const [name, password] = rest;
const errors = [];
const page = await (await visitor(errors, (address) => address.endsWith("/login") || address.includes("/review/queue"))).newPage();
const report = {};

await page.goto(`${url}#/system`);
report.ledTo = new URL(page.url()).pathname;
const submit = async (secret) => {
  await page.locator("#name").fill(name);
  await page.locator("#password").fill(secret);
  await page.locator("button[type=submit]").click();
};
await submit("wrong");
await page.locator("#trouble:not([hidden])").waitFor();
report.wrong = await page.locator("#trouble").innerText();
await shot(page, "login");
await submit(password);
await page.locator("#connection[data-state=live]").waitFor();
await page.locator("#visitor").waitFor();
report.visitor = await page.locator("#visitor-name").innerText();
report.cameTo = new URL(page.url()).hash;
report.cookiesThatScriptsSee = await page.evaluate(() => document.cookie);
await page.locator("#logout").click();
await page.waitForURL("**/login.html*");
report.afterLogout = (await page.request.get(new URL("api/v1/system", url).href)).status();
report.errors = errors;
await tell(report);
