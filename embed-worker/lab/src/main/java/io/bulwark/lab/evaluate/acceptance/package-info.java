/**
 * {@code bulwark evaluate acceptance}: whether Bulwark works on somebody's own pictures, as a page, JSON and curves. What
 * may enter: the command, and how its report is written; what is measured is {@link
 * io.bulwark.robustness.evaluate.acceptance}'s.
 */
package io.bulwark.lab.evaluate.acceptance;
