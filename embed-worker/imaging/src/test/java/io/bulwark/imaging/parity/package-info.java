/**
 * What we judge is what people see: files of all formats and tricks, shown by Chromium and decoded by us.
 *
 * <p>Each format has a class that makes its files and states for each what is expected. A new trick is a new line
 * there; a file that changes sides, from shown to refused, is a changed line that a reviewer sees.
 *
 * <h2>What was decided</h2>
 *
 * <ul>
 *   <li>Chromium paints on a canvas, once filled white and once black, and the canvas is read. A screenshot would say
 *       the same through three more roundings and takes a hundred times as long.
 *   <li>A browser shows what is there of a damaged file; we refuse it, so that damage cannot keep a picture from being
 *       judged by damaging it. Such files are expected to be refused, each by its name.
 *   <li>What Chromium does not show at all is seen by no user, so either answer is right.
 * </ul>
 */
package io.bulwark.imaging.parity;
