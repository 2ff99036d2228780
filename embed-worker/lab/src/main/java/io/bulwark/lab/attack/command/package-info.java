/**
 * {@code bulwark attack}: attacked copies of one's own pictures, to test one's own deployment with.
 *
 * <p>What may enter: the command, and the moderation that is attacked, which audits and the demo attack as well, with
 * the options that open it. How attacks work is {@link io.bulwark.lab.attack}'s, how far they get over a set of
 * pictures {@link io.bulwark.lab.evaluate}'s.
 *
 * <pre>{@code
 * bulwark attack mine/ --references bank/ --flagged-labels explicit --goal evade --threat linf:4/255 --out copies/
 * }</pre>
 *
 * <p>Decided: the track <i>pixels</i> is an upload, too, of the picture squeezed to the encoder's input. What is
 * written is a file and holds whole levels, so that its numbers are those of what anybody uploads; the floats of the
 * paper's track are evaluated, never written.
 */
package io.bulwark.lab.attack.command;
