/**
 * GIF, read by our own code, its frames composed as browsers do: the JDK's reader hands them out uncomposed. What may
 * enter: what a block of a GIF means; composing frames is {@link io.bulwark.imaging.animation}'s.
 *
 * <p>Refused, because browsers differ: a graphic control that has not four bytes, a frame of no width or height
 * (Firefox fills the screen with it), and a GIF87a whose first frame is not the whole screen (Firefox shows that frame
 * alone).
 */
package io.bulwark.imaging.gif;
