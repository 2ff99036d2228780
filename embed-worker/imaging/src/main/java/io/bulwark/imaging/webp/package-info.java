/**
 * WebP: its containers are walked by our own code (RFC 9649), each picture in them is decoded by libwebp, and
 * animations are composed as browsers do. What may enter: what a chunk means and calls of libwebp; composing frames is
 * {@link io.bulwark.imaging.animation}'s.
 *
 * <p>libwebp comes with Leptonica, which decodes reduced JPEGs as well. It is native code, and decoders die in separate
 * processes. What was rejected: TwelveMonkeys' reader, which was used at first (some 60 bytes a pixel, chroma repeated
 * where libwebp interpolates it, stored alpha taken for opaque), and a decoder of our own, which was written, agreed to
 * the bit, and was 2,000 lines to maintain.
 *
 * <ul>
 *   <li>libwebp sees one picture at a time, in a file made for it: what stands around it is judged here.
 *   <li>Where the sizes in VP8X, ANMF and the picture's own header disagree, the file is refused, as libwebp does.
 *   <li>The first ICCP chunk counts, wherever it stands, if the header announces it.
 *   <li>EXIF orientation is not heeded: Chromium shows a WebP as it is stored.
 *   <li>Alpha counts where the file's header announces it; a simple lossless file announces it by itself.
 *       A lossless picture with alpha that nothing announces is refused.
 *   <li>An animation's profile is not heeded: neither does Chromium.
 * </ul>
 */
package io.bulwark.imaging.webp;
