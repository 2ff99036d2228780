/**
 * WebP, read by our own code (RFC 9649, and RFC 6386 for lossy pictures), bit for bit as libwebp reads it, and so as
 * browsers show it.
 *
 * <p>What was rejected: TwelveMonkeys' reader, which was used at first. It fills some 60 bytes a pixel of a lossy picture
 * and 5 KB for every 20 bits of code tables, repeats chroma where libwebp interpolates it, takes alpha that is stored
 * uncompressed for opaque, and does not compose animations. libwebp itself would be native code with the worker's whole
 * memory before it.
 *
 * <ul>
 *   <li>{@code Vp8*}: lossy. Three planes, 1.5 bytes a pixel, are held; intra prediction, then the loop filter over the whole.
 *   <li>{@code Vp8l*}: lossless, also for the alpha of lossy pictures. One array of ints, transformed back in place.
 *   <li>Code tables may take 64 bytes for each byte of the data, at most 32 MB; what libwebp makes stays far below.
 *   <li>Where the sizes in VP8X, ANMF and the picture's own header disagree, the file is refused, as libwebp does.
 *   <li>The first ICCP chunk counts, wherever it stands, if the header announces it.
 *   <li>EXIF orientation is not heeded: Chromium shows a WebP as it is stored.
 *   <li>An ALPH chunk counts in an animation's frame, and in a file whose header has the alpha flag. Pixels that can be seen
 *       through where the header announces no alpha are refused: Chromium paints them in colours that are in no file.
 * </ul>
 */
package io.bulwark.imaging.webp;
