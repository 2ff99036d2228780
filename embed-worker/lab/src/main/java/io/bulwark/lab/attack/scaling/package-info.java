/**
 * Image-scaling attacks: one picture at the size of the upload, another after a reader's scaling. What may enter:
 * scalings as linear functions, and what is solved against them; what finds such pictures is
 * {@link io.bulwark.imaging.scaling}'s.
 *
 * <pre>{@code
 * Downscaling thumbnails = new PointScaling(PointScaling.Kernel.BILINEAR, 640, 480, 224, 224);
 * UprightPicture upload = new ScalingAttack(thumbnails).hide(shown, hidden.resized(224, 224));
 * }</pre>
 */
package io.bulwark.lab.attack.scaling;
