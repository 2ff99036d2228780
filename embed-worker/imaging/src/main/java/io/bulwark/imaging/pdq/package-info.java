/**
 * PDQ: a hash by which the same picture is found after recompression, resizing and small edits. What may enter: steps
 * of that hash; lists of hashes are {@code io.bulwark.perception.hash}'s.
 *
 * <h2>Which PDQ</h2>
 *
 * Meta's programs agree in all but one step. The definition filters the picture from its full size to 64x64 with PDQ's
 * own tent. Because that was slow, the paper recommends to have large pictures resized to 512x512 first, by whatever
 * resizer is at hand; Meta's C++ command line does (with CImg, nearest neighbour), its Python port does (Pillow's
 * thumbnail), its Java port and {@code pdqhash}, the binding of the C++ kernel that {@code threatexchange} and HMA hash
 * with, do not. Here the whole picture is filtered:
 *
 * <ul>
 *   <li>It is the one way that depends on no other resizer. Of Meta's sample picture, a bridge, the Java port's test
 *       and {@code threatexchange} name the same 256 bits; the C++ command line and the Python port have others, 8 and
 *       6 bits away.
 *   <li>A resizer that skips pixels lets an attacker choose what is hashed.
 *   <li>Hashes made with the shortcut are found as well: they lie 2 to 6 bits away, says PDQ's author of his own
 *       pictures, and up to 14 in generated ones with grain, and a match may differ in 31.
 *   <li>It is not slow. The filter is linear and only 64x64 of its values are used, so that each pixel is weighed once,
 *       without a buffer of the picture's size: 12 megapixels take some 25 ms on one core of a server.
 * </ul>
 *
 * Three more things of the definition that are easily done otherwise: the box is wider to the right and below where its
 * width is even; the median is the 128th smallest of the 256 coefficients, not a mean of two; the bits are printed last
 * first.
 *
 * <h2>How far it agrees</h2>
 *
 * To the bit with the hash that Meta's own test expects of a picture; it has 26x28 pixels, so that it says nothing of
 * the tent, which is one pixel wide there. To the bit with a plain implementation of each step over the whole picture,
 * for all 284 sample pictures but one and 60 generated ones of up to 1,600 pixels a side, in double precision and in
 * single precision, in which Meta's programs compute. That implementation is ours as well: a comparison with Meta's
 * programs for pictures of more than 128 pixels a side is still to be made, and its hashes belong into the tests'
 * reference vectors.
 *
 * <p>The exception is a striped flag. All coefficients of a picture that changes along one axis alone are 0 but for
 * rounding, and each program hashes its own rounding. Such pictures get quality 0 here, where Meta's programs may say
 * 100, because their bits match nothing but by chance.
 *
 * <h2>As a person sees it</h2>
 *
 * EXIF orientation is applied and transparency lies over white, because uploads are judged by what people see. The
 * programs above do neither: their hash of a photograph that its camera marked as turned is that of the stored pixels,
 * one of the eight poses. Matching {@link io.bulwark.imaging.pdq.PdqHasher#variants all of them} finds it, and mirrored
 * copies, too. What a list has of transparent pictures may not be found.
 *
 * <h2>Whose definition</h2>
 *
 * PDQ is Meta's (ThreatExchange, BSD licence). The code here was written from the definition as the paper and
 * Meta's reference programs have it; no line of these is taken over.
 */
package io.bulwark.imaging.pdq;
