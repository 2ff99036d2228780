/**
 * A real browser for tests: Debian's Chromium, driven by playwright-core under Node.js. The pinned driver library is
 * named here once, in the {@code package.json} beside this file among the resources.
 *
 * <p>What may enter: what every test in a browser needs, nothing that knows what is shown.
 *
 * <pre>{@code
 * BrowserDriver driver = BrowserDriver.orSkip(Path.of("target", "browser"), "the console");
 * Process node = driver.start(Path.of("src", "test", "browser", "console.mjs"), url);
 * }</pre>
 */
package io.bulwark.testing.browser;
