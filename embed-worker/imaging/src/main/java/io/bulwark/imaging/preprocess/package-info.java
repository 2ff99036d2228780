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
 * upright one within the rounding between the passes), 16 bits are scaled, palettes are resized as colours, and a
 * picture with a pixel that is not opaque is seen over white and over black.
 *
 * <h2>No pixel escapes</h2>
 *
 * {@code COVER} sees the squashed whole and, beyond 3:2, square tiles that share at least a fifth. There are at most 12
 * (4 for each frame of an animation): a long strip would otherwise buy an attacker dozens of encoder runs a file. Where
 * more would be needed tiles grow along the strip and are squeezed; 1000x40 is squeezed by 2.6, 20000x10 by 204. Refusing
 * such strips was rejected (banners exist), and so was skipping parts of them.
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
