/**
 * Pictures to the views that an encoder takes. What may enter: which parts of a decoded picture are seen, and how they
 * are resized; no decoder, no encoder.
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
 * upright one within the rounding between the passes), 16 bits are cut to the high eight, a file's colours are
 * converted to sRGB before they are resized, palettes are resized as colours, and a picture with a pixel that is not
 * opaque is seen over white and over black, and without its alpha where that shows more.
 *
 * <h2>No pixel escapes</h2>
 *
 * {@code COVER} sees the squashed whole; from 11:10 to 3:2 its middle square besides, because encoders see squeezed
 * pictures worse; beyond 3:2, square tiles that share at least a fifth; what a first look at a small copy finds
 * ({@link io.bulwark.imaging.structure}): the content without plain margins, the panels of collages and screenshots,
 * and the quarters of what has panels; square tiles of parts that are longer than 3:2, while they have room; of a
 * still whose shorter side is 640 pixels or more, two of nine details, taken of its content where that is as large.
 * Of all looks but the whole and its middle there are at most 12 (4 for each frame of an animation): a long strip
 * would otherwise buy an attacker dozens of encoder runs a file. Where more square tiles would be needed they grow
 * along the strip and are squeezed; 1000x40 is squeezed by 2.6, 20000x10 by 204.
 *
 * <p>A detail is two fifths of each side and shares a tenth of the side with the next. So whatever is no larger than a
 * tenth of the width and of the height is whole in one of them, and 32 pixels wide and high at an input of 128, 56 at
 * 224. Three by three for every encoder, though two by two would do at 224: an encoder and its twin must see the same
 * looks, whatever their inputs. All nine cost ten encoder runs for every large picture, most of it for nothing. So the
 * details that show anything are drawn from by HMAC of the deployment's key and the small copy: without the key it
 * cannot be predicted which are looked at, plain ones do not count, and panels cannot take their place. What is small,
 * without an edge around it and in a large picture is seen finely by chance alone, twice in nine times by the default;
 * {@code bulwark.views.details=9} sees all. Drawing by the hash of the file was rejected: the preprocessor would have
 * to be given the file, and an attacker makes another file as easily as another pixel.
 *
 * <p>What does not fit is reported: where squares would have to be squeezed beyond 3:2, the tiles are
 * named {@code coarse-1} and so on; where there are more panels than looks, or the search for them was stopped, all
 * that were found are named {@code coarse-panel-1} and so on, and so is one alone that is longer than 3:2 and has no
 * room for its tiles; and the policy lets nothing pass for harmless in them
 * ({@link io.bulwark.imaging.preprocess.View#isCoarse}). So false panels that use up the looks end with a person. The
 * name is what crosses from the decoder's process, stands in a verdict and is decided by, so there is no second mark to
 * lose. Refusing such pictures was rejected (banners and contact sheets exist), and so was skipping parts of them.
 *
 * <p>What each look costs and catches is measured in {@code embed-worker/docs/views.md}.
 *
 * <p>The middle sees no pixel that the whole does not: it is one more chance to be found, so a file may lose it. It
 * goes after what is behind text and before a file becomes a sample, else each transparent 4:3 animation of eight
 * frames would end with people. Training and held-out squares take {@link
 * io.bulwark.imaging.preprocess.ModerationOptions#withoutDetails}, which leaves it out: caches of pictures hold what
 * they held. Rejected: the mean of whole and middle in place of the worst, because what stands at the border is in
 * the whole alone and the middle would dilute it; the middle in place of the whole, because it does not see the
 * border.
 *
 * <h2>What is judged</h2>
 *
 * {@link io.bulwark.imaging.preprocess.Preprocessor#views} gives every view, {@link
 * io.bulwark.imaging.preprocess.Preprocessor#judged} the evidence: none of one colour, each array of pixels once,
 * 24 at most. What that leaves open stands in the names ({@code plain-}, {@code sampled-}), which cross from the
 * decoder's process like {@code coarse-}.
 *
 * <p>A plain view is left out here and not where references are searched: it would be embedded for nothing, and each
 * part that stores or compares views would have to know of it. Its pixels decide, in the encoder's input, since that is
 * what becomes evidence. Whether a file that has no other view is harmless is decided by the picture's own pixels: in
 * every view fine stripes are gray. So it is for each frame of an animation: one with plain views alone, whose own
 * pixels are not plain, is judged by one that is coarse, else a second frame would pass unseen behind a harmless first.
 * Parts of a still are not: the sky in a photograph is plain in its views and has noise in its pixels. Answering SAFE
 * by the views was rejected for that reason, and leaving every blank picture to people because they are common. An
 * encoder's choice holds for its twin, whose looks follow by name: pixels that are equal at 128 may differ at 224, and
 * the two are compared view by view.
 *
 * <p>The bound is 24 because eight frames of a 16:9 animation, the whole and two tiles each, are as many; nine frames
 * were looked at before. Beyond it a sample that covers the file goes to the encoder, and what it does not show goes to
 * people. Raising the bound for large files was rejected: 35 distinct views of a 43 KB file were a quarter of a second
 * of the encoder. Refusing them all was, too: contact sheets and banners exist.
 *
 * <p>The fingerprint does not name the choice. A view that is judged has the pixels that it had, so embeddings stay
 * comparable; the views that are left out could only make a harmless file's worst score greater, so the promise about
 * false flags holds; and what is sampled is neither flagged nor let through for it.
 *
 * <h2>Behind text</h2>
 *
 * Where it is asked for and {@link io.bulwark.imaging.mask} finds text worth it, the whole is seen once more, with the
 * letters filled. That happens in the small copy in which structure is looked for, so that a twin of another input
 * looks behind the same letters, at the price of a view no finer than that copy. The view is besides the looks that
 * compete for places, and the first to go where a file has more than are judged: it must make no file a sample.
 *
 * <h2>Pictures cut to a circle</h2>
 *
 * An encoder takes the plain corners of a picture that was cut to an ellipse for content. So where the ground that is
 * connected with the corners leaves an ellipse and next to nothing else, what lies in its box is seen once more with the
 * corners filled, by the same membrane. Other shapes are not looked for: a dress on white ground is one too, and filling
 * around what is harmless makes views that no reference looks like. The square within the ellipse was rejected, because
 * it loses a third of what is seen.
 *
 * <h2>Pictures within pictures</h2>
 *
 * Margins and panels are found by straight edges and plain grounds, so a picture on another photograph, on noise or
 * turned by some degrees is not. Where it is asked for, {@link io.bulwark.imaging.mask.InsetMask} looks for these in
 * the same small copy, and each that is not shown already is a view besides the looks that compete for places: an
 * uploader who fills those does not push an inset out. A turned one is cut out with what is around it, as fine as the
 * encoder will see it, and levelled by bilinear interpolation. Angles and positions come from {@code StrictMath}, so
 * that an encoder and its twin, and two workers, see the same.
 *
 * <h2>Colours under low alpha</h2>
 *
 * Over white and over black a picture of alpha 5 is all but blank; a program that drops alpha (a thumbnailer, JPEG,
 * many viewers) shows it in full. So a look that hides colours is also seen with its alpha dropped, {@code /opaque}.
 * Fully transparent pixels count: their colours are in the file like the others. Which looks hide any is counted in the
 * picture's own pixels (see {@link io.bulwark.imaging.preprocess.HiddenColours}), because a rule on the small views
 * would differ between an encoder and its twin, and one that asks whether a pixel differs from both grounds would let
 * black and white pass. What is hidden takes part in the first look: see
 * {@link io.bulwark.imaging.structure.Layout#and}. A logo over transparent black or white hides nothing and costs no
 * view; over transparent blue it costs one. The same cards under alpha 5/255: 22 of 24 were SAFE before; since then the
 * two are that are SAFE without alpha as well.
 *
 * <h2>Speed</h2>
 *
 * Rows go by once for all views of a picture, 64 at a time, and are transposed for the horizontal pass: a weight then
 * meets 64 rows of a column in one loop over {@code int[]}, which the JIT vectorises, as it does the vertical pass.
 * Three views of 1920x1080 take two thirds of what they took with two samples to a 64-bit integer. What JDK 17
 * vectorises was found by trying: sums over separate arrays at one index, up to five of them; not offsets into one
 * array, not six arrays, not bytes. Conversions happen row by row, and no second copy of a large picture is made.
 *
 * <p>Most of the time of a large JPEG is its decode, which
 * {@link io.bulwark.imaging.preprocess.PreprocessSpec#jpegReduction} shortens for those who ask for it; such views,
 * and embeddings of them, have other fingerprints.
 */
package io.bulwark.imaging.preprocess;
