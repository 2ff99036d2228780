/**
 * JPEG: what its markers mean, and libjpeg for the rest. What may enter: what a marker means and what the JDK's reader
 * is given; no other format.
 *
 * <ul>
 *   <li>The JDK's libjpeg gets the file without profiles, comments and thumbnails, with one marker that states the
 *       colour model. Left alone it takes a file without JFIF and Adobe markers for RGB where libjpeg says YCbCr, and
 *       applies ICC profiles, which Pillow does not. With a destination that has red first it takes about 0.7 times the
 *       time of {@code ImageIO.read}, which fills blue first, pixel by pixel. CMYK and YCCK are read raw, taken as
 *       inverted (as Pillow does) and converted by libjpeg's formula. TwelveMonkeys' JPEG plugin wraps the same reader
 *       and is slower; it is not used.
 *   <li>Some builds of Java carry the libjpeg of 1998, which takes levels beyond white modulo 1024 where browsers make
 *       them white: a picture in black and white that is flat to it. {@code JdkLibjpeg} tries at start; there
 *       libjpeg-turbo, by way of Leptonica, makes the pixels, for four bytes more a pixel, and the JDK's reader only
 *       says what is wrong.
 *   <li>Reduced decoding ({@link io.bulwark.imaging.jpeg.JpegReduction}, off unless asked for): libjpeg-turbo by way of
 *       Leptonica, 5 MB of libraries. The JDK's reader cannot scale: its subsampling skips pixels, in which a picture
 *       can hide. OpenCV can, for 100 MB; a reader of our own would have been another parser of hostile bytes. What
 *       Leptonica does not take without a warning, and CMYK, is decoded whole. libjpeg writes its first warning of a
 *       file to the process's standard error.
 *   <li>Reducing is safe against hiding by aliasing: all that goes is each block's high frequencies, which the
 *       resampling that follows would take out, too. But it is a second filter: an attacker who knows of it can tune a
 *       picture to it as to any preprocessing, and what a bank's calibration or an audit's threshold says of whole
 *       pictures has to be measured again. Hence the separate fingerprint, and the command that shows the effect
 *       first.
 * </ul>
 *
 * <h2>What browsers show</h2>
 *
 * Chromium 156 was asked about some 100 files; libjpeg's rules are the same, where they say anything.
 *
 * <ul>
 *   <li>JFIF, Adobe, EXIF and ICC markers count before the first scan only. JFIF needs 14 bytes and comes before Adobe,
 *       whose last marker counts; without both the components' names decide.
 *   <li>The first EXIF block decides the orientation, even if it is broken or says nothing. In it the first entry
 *       counts that is one number from 1 to 8.
 *   <li>A profile's parts may come in any order; if one is missing, doubled, empty or says another count, there is
 *       none.
 *   <li>Ink without a profile is mixed by Pillow's formula, which is Chromium's; always inverted, Adobe marker or not.
 *   <li>Refused: a second start or frame header, a component that a sequential file scans twice (the first is shown), a
 *       missing end, 12 bits, a height that only a DNL marker states. Arithmetic coding, too, which Chromium shows and
 *       the JDK cannot. A second file behind the end is never seen.
 * </ul>
 *
 * <h2>Scans</h2>
 *
 * A scan visits all blocks of its components even if it says nothing of them: 60 empty scans of 25 megapixels, a file
 * of 150 KB, took four seconds. On the busy build machine a block cost 50 to 165 ns, whatever the scan; so 13 million
 * blocks ({@code JpegScans.MOST_BLOCKS}) are two seconds at the worst. The file of 49 megapixels that comes closest, 18
 * scans most of which say nothing, took 2.3 s of CPU time on a core that others used as well, cold code included. The
 * usual ten scans of 50 megapixels visit 11 million without and 6 million with subsampled colours. The number of scans,
 * 200 at most, bounds small pictures.
 */
package io.bulwark.imaging.jpeg;
