/**
 * Where in a picture the content is: plain margins, the panels of collages and screenshots, parts that show nothing.
 *
 * <p>What may enter: looking at a small copy of a picture with integers alone, so that every worker finds the same.
 * What is then shown to an encoder is {@link io.bulwark.imaging.preprocess}'s to decide. Nothing here knows what a
 * picture is of.
 *
 * <pre>{@code
 * Scene scene = Scene.of(new Glimpse(231, 173, 3, cells), 640, 480, true);
 * List<Area> withoutMargins = scene.layout().contents();
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>At a fixed size</b>, at most {@value io.bulwark.imaging.structure.Scene.Glimpse#MOST_CELLS} cells
 *       whatever the picture's shape: an encoder and its twin see the same structure whatever
 *       their inputs. What is finer than a cell is not found.
 *   <li><b>An end to the search for panels.</b> Parts are divided again and within their rings, so a picture can be
 *       made whose parts multiply with each level. The search stops at a fixed number of looks to a cell, so what it
 *       costs is bounded. A search that stopped counts as more panels than looks, never as none
 *       ({@link io.bulwark.imaging.structure.Layout#isUnfinished}).
 *   <li><b>Steps between neighbours, no model of a background.</b> A margin may be of any colour, drift, or be noisy. A
 *       model of one ground colour was rejected: letterboxes have two, and an attacker has as many as he likes.
 *   <li><b>Something more to look at, never something less.</b> Finding nothing costs a view that would have helped;
 *       finding too much costs time, and beyond the bound a review. Neither can take the whole away.
 *   <li><b>Panels by gutters and lines across, laid pictures by four straight edges.</b> Where a picture was laid on
 *       another, cells differ along a line and more than their neighbours do, whatever either shows; natural edges are
 *       seldom straight, sharp and end where two others begin. A network that sees 80x80 pixels found 4 in 100 of such
 *       pictures on photographs, this finds 3 in 4 ({@code evaluate inset-mask}). What has no sharp straight edges, or is
 *       turned, is not found.
 * </ul>
 */
package io.bulwark.imaging.structure;
