/**
 * JPEG: what its markers mean, and libjpeg for the rest.
 *
 * <ul>
 *   <li>The JDK's libjpeg gets the file without profiles, comments and thumbnails, with one marker that states the colour
 *       model. Left alone it takes a file without JFIF and Adobe markers for RGB where libjpeg says YCbCr, and applies ICC
 *       profiles, which Pillow does not. With a destination that has red first it takes about 0.7 times the time of
 *       {@code ImageIO.read}, which fills blue first, pixel by pixel. CMYK and YCCK are read raw, taken as inverted (as
 *       Pillow does) and converted by libjpeg's formula. TwelveMonkeys' JPEG plugin wraps the same reader and is slower; it
 *       is not used.
 *   <li>Reduced decoding ({@link io.bulwark.imaging.jpeg.JpegReduction}, off unless asked for): libjpeg-turbo by way of
 *       Leptonica, 5 MB of libraries. The JDK's reader cannot scale: its subsampling skips pixels, in which a picture can
 *       hide. OpenCV can, for 100 MB; a reader of our own would have been another parser of hostile bytes. What Leptonica
 *       does not take without a warning, and CMYK, is decoded whole. libjpeg writes its first warning of a file to the
 *       process's standard error.
 *   <li>Reducing is safe against hiding by aliasing: all that goes is each block's high frequencies, which the resampling
 *       that follows would take out, too. But it is a second filter: an attacker who knows of it can tune a picture to it as
 *       to any preprocessing, and what a bank's calibration or an audit's threshold says of whole pictures has to be
 *       measured again. Hence the fingerprint of its own, and the command that shows the effect first.
 * </ul>
 */
package io.bulwark.imaging.jpeg;
