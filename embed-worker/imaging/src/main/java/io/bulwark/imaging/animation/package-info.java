/**
 * Animations of all formats: drawn frame by frame as browsers draw them, on one canvas, and sampled.
 *
 * <p>What may enter: what holds for GIF, APNG and animated WebP alike. How a frame is stored is its format's own
 * matter; it gives rows of RGBA to a {@link io.bulwark.imaging.animation.Canvas}.
 *
 * <pre>{@code
 * Scan scan = Scan.of("GIF", gif, lease);
 * Decoded decoded = new AnimationDecoder("GIF", lease).decode(gif, scan, file);
 * }</pre>
 *
 * <h2>What is decided here</h2>
 *
 * <ul>
 *   <li>Nothing is kept of a frame but its display time and 320 bytes of what the canvas looked like: a file of 12
 *       bytes a frame would otherwise cost a multiple of itself. Frames are read again from the file each time they are
 *       drawn.
 *   <li>The work is counted before anything is drawn: pixels of all frames, and once more the ones that are cleared or
 *       put back. Disposal touches a frame's own rectangle alone.
 *   <li>Of n frames that are looked at the first is one. Of the others a third are what is shown longest (the last
 *       frame of a file that is not repeated is shown for ever), a third are moments drawn by HMAC-SHA256 of the file's
 *       SHA-256 under the deployment's key, a third are what differs most from the frames chosen before. Evenly spaced
 *       frames, as they were taken at first, show an attacker of any file where no frame is taken.
 *   <li>Moments are drawn from display time, not from frame numbers: an attacker pads a file with frames for nothing,
 *       but a viewer has to sit through the time.
 *   <li>Change is measured by means and by sums under signs that follow from the key, too. Means alone could be the
 *       same for a harmless picture and another one that was made to meet them.
 *   <li>Drawn a second time is only what leads to a picture that is taken ({@code AnimationDecoder.drawn}): not what is
 *       undone, cleared or replaced whole before. An attacker lays each frame over the one before; then all are drawn
 *       twice.
 *   <li>So the bound is one of work. It is counted in pixels of a GIF; a pixel of an APNG counts once more for each
 *       byte that it is stored in, up to five times, one of a WebP five times ({@code Animation.effort}).
 *   <li>Of a canvas of 256 rows or more one row of two to four is looked at for change; which one follows from the key.
 *   <li>What was rejected: keeping candidates in one pass. It saves drawing the animation a second time, but a file
 *       whose every frame differs more than the one before makes it copy the canvas each time.
 * </ul>
 *
 * <h2>What it costs</h2>
 *
 * CPU time of 60 frames of 1000x1000 pixels, views included, on a core that others used as well, before all that and
 * since:
 *
 * <pre>
 * APNG, RGBA, laid over each other, Paeth's filter    4.0 s   3.6 s
 * APNG, RGBA, replacing each other, no filter         1.7 s   0.8 s
 * APNG, palette, replacing each other                 1.6 s   0.6 s
 * GIF                                                 2.0 s   0.8 s
 * </pre>
 *
 * 500 frames of the first kind took 27.8 s there, and 17 s on an idle core; 49 are allowed now, which is 2.9 s and
 * 1.8 s by the same measure, and 250 of the last, 3.2 s and 2 s: figures that are reckoned from the table.
 */
package io.bulwark.imaging.animation;
