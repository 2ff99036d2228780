/**
 * Where text lies over a picture, and what a smooth guess puts in its place; where pictures lie within a picture. What
 * may enter: networks that answer for each pixel, and arithmetic on small pictures; who looks where, and what becomes a
 * view, is {@link io.bulwark.imaging.preprocess}'s.
 *
 * <pre>{@code
 * TextMask.bundled().of(rgb, 128, 96).ifPresent(mask -> new MembraneFill(128, 96, mask).fill(plane));
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>A network of our own in plain Java.</b> The decoder's process has no libtorch and should have none: it reads
 *       hostile bytes. {@link io.bulwark.imaging.mask.MaskLayers} states the layers once; {@code perception} runs
 *       the same statement in libtorch, where it is trained and attacked. A floating-point sum in a fixed order is the
 *       same on every machine, so two workers, and an encoder and its twin, see the same view.
 *   <li><b>Pixels, not boxes.</b> With the strokes themselves filled a picture keeps its embedding; with whole lines
 *       filled it loses more than letters hid.
 *   <li><b>A membrane, no texture.</b> What is put in place of letters must not show anything: a fill that invents
 *       content could invent flagged content. OpenCV's inpainting was rejected for the native library that it takes.
 *   <li><b>Two networks, one program.</b> Text needs fine strokes, insets need seeing far: the second has a wider
 *       coarse scale with more blocks ({@link io.bulwark.imaging.mask.MaskLayers}). One network with two answers was
 *       rejected because the trained text mask would have to be trained again.
 *   <li><b>The inside of an inset, without its edge.</b> Insets side by side stay apart, as with the shrunk kernels of
 *       PSENet (Wang et al., CVPR 2019); the gap is added again. A rectangle's angle is the one in which its rows are
 *       about as long as each other, so ragged ends do not turn it. The angle of a picture that is turned and cropped,
 *       with no edge to be seen, is not found.
 *   <li><b>Insets are asked for, not the default.</b> Looking for them takes more of a picture's CPU than is wanted, and
 *       on another photograph the network finds next to none; straight edges do
 *       ({@link io.bulwark.imaging.structure.Scene#rectangles}). {@code train inset-mask} makes weights, {@code evaluate
 *       inset-mask} says what they find.
 *   <li><b>Something more to look at, never something less.</b> The picture as it is stays a view. Who blinds the text
 *       mask is where uploaders were before there was one.
 * </ul>
 *
 * <p>How the weights were made and what they find is in {@code embed-worker/docs/text-mask.md}.
 */
package io.bulwark.imaging.mask;
