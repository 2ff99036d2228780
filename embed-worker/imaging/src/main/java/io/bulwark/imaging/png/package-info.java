/**
 * PNG, read by our own code: the JDK's reader loses colour keys and bit depths. The format is small, the inflater is
 * the JDK's. What may enter: what a chunk or a filter means; colours are {@link io.bulwark.imaging.colour}'s,
 * composing frames {@link io.bulwark.imaging.animation}'s.
 *
 * <h2>What browsers show</h2>
 *
 * Where a file breaks the rules we see what Chromium shows, or refuse it where libpng's users (Firefox, Safari) would
 * show something else. Chromium 156 was asked about some 100 files.
 *
 * <ul>
 *   <li>What describes the picture has to stand before its data: PLTE, tRNS, eXIf and all of colour count for nothing
 *       behind it. A tRNS there made a blank of a picture that browsers show in full.
 *   <li>Chunks that a picture can do without count for nothing if their checksum is wrong; of two the first counts. In
 *       a picture with a palette tRNS counts only behind it, and cICP only before it.
 *   <li>Refused, because browsers differ: a palette of a length that is no multiple of three, indices beyond it, tRNS
 *       longer or shorter than it should be or before the PLTE of a picture in true colours, a transparent level with
 *       more bits than the samples below 8 bits, a profile's name of more than 79 letters, and data chunks with others
 *       between them.
 *   <li>Refused, because no browser shows it, or only a part: a second header or palette, wrong checksums of what is
 *       needed, chunks that are needed and unknown (Apple's CgBI is one), data that ends early, a missing end, a cICP
 *       with a matrix.
 *   <li>Colour: cICP before iCCP before sRGB before gAMA with cHRM. A profile that cannot be read leaves the word to
 *       the next; one that is for other samples does not. A second profile behind one that does not inflate is refused,
 *       since each may be a bomb.
 *   <li>16 bits are cut to the high eight.
 * </ul>
 */
package io.bulwark.imaging.png;
