/**
 * Pictures to the views that an encoder takes.
 *
 * <pre>{@code
 * Preprocessor preprocessor = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER);
 * List<View> views = preprocessor.views(decoded);
 * }</pre>
 *
 * <h2>Two modes, one resampling</h2>
 *
 * {@code exact} is open_clip's, torchvision's and Pillow 11.1's pixels, bit for bit; it serves parity with published
 * numbers. What it reproduces, and what cost time to find:
 *
 * <ul>
 *   <li>Weights have 22 fractional bits, the horizontal pass comes first, bytes are rounded between the passes, and a
 *       pass that would keep the size is left out.
 *   <li>open_clip resizes in the file's mode and converts to RGB afterwards; DINO converts first. Palettes and 1-bit
 *       pictures resize by nearest neighbour with a running sum of positions; RGBA and LA are multiplied by alpha,
 *       resized, divided (truncating), and alpha is dropped; 16-bit gray is weighed in floating point, its two bytes
 *       are clipped apart, and RGB clips it at 255.
 *   <li>Resizing to the shortest side truncates the long one for square inputs (torchvision) and rounds it half to even
 *       for others (open_clip's keep-ratio resize, which there ignores the configured filter and takes bicubic).
 *   <li>Padding is set in the native mode: an index for palettes, ink for CMYK.
 * </ul>
 *
 * {@code moderation} shares the resampling, because another resize moves embeddings and opens the door to image-scaling
 * attacks, and shuts the holes: EXIF orientation is applied (to the small result; a turned picture agrees with the
 * upright one within the rounding between the passes), 16 bits are cut to the high eight, a file's colours are converted
 * to sRGB before they are resized, palettes are resized as colours, and a picture with a pixel that is not opaque is seen
 * over white and over black, and without its alpha where that shows more.
 *
 * <h2>No pixel escapes</h2>
 *
 * {@code COVER} sees a picture in levels: the squashed whole; beyond 3:2, square tiles that share at least a fifth; of a still
 * whose shorter side is 640 pixels or more, nine details, three by three. Of all levels but the whole there are at most 12
 * tiles (4 for each frame of an animation): a long strip would otherwise buy an attacker dozens of encoder runs a file. Where
 * more square tiles would be needed they grow along the strip and are squeezed; 1000x40 is squeezed by 2.6, 20000x10 by 204.
 *
 * <p>A detail is two fifths of each side and shares a tenth of the side with the next. So whatever is no larger than a tenth
 * of the width and of the height is whole in one of them, and 32 pixels wide and high at an input of 128, 56 at 224. Three by
 * three for every encoder, though two by two would do at 224: an encoder and its twin must see the same looks, whatever
 * their inputs. Two by two at 128 shows a tenth at 23 pixels.
 *
 * <p>What does not fit is said and not passed over: where squares would have to be squeezed beyond 3:2, or a large picture has
 * no room for its details beside the tiles (beyond 2.6:1), the tiles are named {@code coarse-1} and so on, and the policy lets
 * nothing pass for harmless in them ({@link io.bulwark.imaging.preprocess.View#isCoarse}). The name is what crosses from the
 * decoder's process, stands in a verdict and is decided by, so there is no second mark to lose. Refusing such strips was
 * rejected (banners exist), and so were skipping parts of them, and letting large strips go without details: an attacker
 * would make every picture one.
 *
 * <p>What is left: an animation has no details, a smaller still has none either, and an attacker chooses sizes.
 *
 * <h2>What details cost and catch</h2>
 *
 * CPU time of making the views at an input of 128, one thread of a shared EPYC, Java 17, median, before and since; the
 * encoder's time (1.6 to 2.1 ms a view of the default model) comes on top, once for each view:
 *
 * <pre>
 * 320x240, 640x480       1 view   0.4, 1.0 ms    as before
 * 1280x960               1 view       2.8 ms    10 views   5.9 ms
 * 1920x1080              3 views      6.9 ms    12 views  10.3 ms
 * 1080x2340              4 views      9.8 ms    13 views  16.1 ms
 * 4000x3000              1 view      25.1 ms    10 views  39.6 ms
 * 320x320, logo          2 views      1.4 ms     2 views   1.7 ms
 * 320x320, low alpha     2 views      1.2 ms     3 views   2.3 ms
 * 1280x960, logo         2 views     11.0 ms    20 views  22.3 ms
 * 1280x960, low alpha    2 views     11.1 ms    30 views  30.4 ms
 * </pre>
 *
 * Where 640 lies is a trade. With the decoders' own times ten views of 640x480 would cost some six times as much as one, of
 * 4000x3000 half as much again; that is an estimate, not a measurement.
 *
 * <p>The local node's 24 held-out pictures of playing cards, pasted by their longer side's share into 1280x960 of plain gray,
 * decided by its bank and policy ({@code NSFW + REVIEW} of 24, before and with details):
 *
 * <pre>
 * a tenth  0 and 0    0.2  0 and 1    0.3  0 and 2    0.4  0 and 6    0.5  0 and 18    0.7  0 and 20
 * </pre>
 *
 * So details find what fills half a side and was lost, and this encoder still does not tell a tenth, a sixteenth of a
 * detail's area, from its ground: seen is not recognised. That needs finer levels, which a first pass must choose.
 *  *
 * <p>The worst of ten views decides, so details also make false alarms. The 56 safe held-out pictures, enlarged to a shorter
 * side of 960, and the 24 flagged ones:
 *
 * <pre>
 *                                              safe: NSFW REVIEW SAFE    flagged: NSFW REVIEW SAFE
 * before                                                1      0   55               21      2    1
 * details, calibrated on small pictures                 5     20   31               21      3    0
 * details, calibrated on the bank's enlarged            4      2   50               17      6    1
 * </pre>
 *
 * Most of the reviews are unfamiliar: a detail of an animal is like nothing in a bank of whole ones. Pictures below 640, the
 * local node's own among them, are decided as before.
 *
 * <h2>Colours under low alpha</h2>
 *
 * Over white and over black a picture of alpha 5 is all but blank; whoever drops alpha (a thumbnailer, JPEG, many viewers)
 * shows it in full. So a look that hides colours is also seen with its alpha dropped, {@code /opaque}. Fully transparent
 * pixels count: their colours are in the file like the others. Which looks hide any is counted in the picture's own pixels
 * (see {@link io.bulwark.imaging.preprocess.HiddenColours}), because a rule on the small views would differ between an encoder
 * and its twin, and one that asks whether a pixel differs from both grounds would let black and white pass. A logo over
 * transparent black or white hides nothing and costs no view; over transparent blue it costs one. The same cards under
 * alpha 5/255: 22 of 24 were SAFE before; since then the two are that are SAFE without alpha as well.
 *
 * <h2>Speed</h2>
 *
 * Rows go by once for all views of a picture, 64 at a time, and are transposed for the horizontal pass: a weight then
 * meets 64 rows of a column in one loop over {@code int[]}, which the JIT vectorises, as it does the vertical pass. Three
 * views of 1920x1080 take two thirds of what they took with two samples to a 64-bit integer. What JDK 17 vectorises was
 * found by trying: sums over separate arrays at one index, up to five of them; not offsets into one array, not six
 * arrays, not bytes. Conversions happen row by row, and no second copy of a large picture is made.
 *
 * <p>Most of the time of a large JPEG is its decode, which
 * {@link io.bulwark.imaging.preprocess.PreprocessSpec#jpegReduction} shortens for those who ask for it; such views,
 * and embeddings of them, have fingerprints of their own.
 */
package io.bulwark.imaging.preprocess;
