/**
 * Files of unknown origin to pictures, or a typed refusal.
 *
 * <pre>{@code
 * ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
 * List<View> views = decoder.withDecoded(file, result -> switch (result) { ... });
 * }</pre>
 *
 * <h2>What is decided here</h2>
 *
 * <ul>
 *   <li>The first bytes decide the format; names and content types are the uploader's word.
 *   <li>Dimensions are read from headers and checked before anything of their size is allocated: 50 megapixels, 65,535
 *       pixels a side (one row of 50 million pixels would need resampling weights of 800 MB), 500 megapixels for all
 *       frames of an animation. All decodes of one decoder share a memory budget, a third of the heap: large pictures
 *       wait for each other. {@link io.bulwark.perception.image.ImageDecoder#withDecoded} keeps a picture's share
 *       taken while it is preprocessed, which is what keeps a heap of 512 MB safe with several decode threads.
 *   <li>A damaged picture is refused, not shown in part: libjpeg, like browsers, fills lost data with grey, and an
 *       attacker could keep a picture from being judged by damaging it. Bytes after the end of a picture are ignored.
 *   <li>Pictures come in the mode of their file (Pillow's modes), because the originals resize before they convert.
 * </ul>
 *
 * <h2>Which decoder, and why</h2>
 *
 * <ul>
 *   <li>JPEG: the JDK's libjpeg, given the file without profiles, comments and thumbnails, with one marker that states
 *       the colour model. Left alone it takes a file without JFIF and Adobe markers for RGB where libjpeg says YCbCr,
 *       and applies ICC profiles, which Pillow does not. With a destination that has red first it takes about 0.7 times
 *       the time of {@code ImageIO.read}, which fills blue first, pixel by pixel. CMYK and YCCK are read raw, taken as
 *       inverted (as Pillow does) and converted by libjpeg's formula. TwelveMonkeys' JPEG plugin wraps the same reader
 *       and is slower; it is not used.
 *   <li>JPEG, reduced ({@link io.bulwark.perception.image.JpegReduction}, off unless asked for): libjpeg-turbo by way of
 *       Leptonica, 5 MB of libraries. The JDK's reader cannot scale: its subsampling skips pixels, in which a picture can
 *       hide. OpenCV can, for 100 MB; a reader of our own would have been another parser of hostile bytes. What
 *       Leptonica does not take without a warning, and CMYK, is decoded whole. libjpeg writes its first warning of a file
 *       to the process's standard error.
 *   <li>Reducing is safe against hiding by aliasing: all that goes is each block's high frequencies, which the resampling
 *       that follows would take out, too. But it is a second filter: an attacker who knows of it can tune a picture
 *       to it as to any preprocessing, and what a bank's calibration or an audit's threshold says of whole pictures has
 *       to be measured again. Hence the fingerprint of its own, and the command that shows the effect first.
 *   <li>PNG and GIF: our own readers. The JDK's PNG reader loses colour keys and bit depths, its GIF reader hands out
 *       frames without composing them. Both formats are small, the inflater is the JDK's.
 *   <li>WebP: TwelveMonkeys, in pure Java. It repeats chroma samples where libwebp interpolates them: brightness is that
 *       of libwebp, colour at edges differs by up to some 30 levels.
 *   <li>Animations: the first frame as Pillow gives it, then up to eight evenly spaced ones, the last included. GIF's are
 *       composed as browsers do; those of PNG and WebP are taken as stored, without what lies under them.
 * </ul>
 */
package io.bulwark.perception.image;
