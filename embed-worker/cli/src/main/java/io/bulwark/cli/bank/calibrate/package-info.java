/**
 * {@code bulwark bank calibrate} and {@code verify}: the settings that a bank's own references or held-out files
 * suggest, for a model and for its twin; {@code coverage}: what a bank lacks. What may enter: what measures a bank and
 * prints settings; the computing is {@link io.bulwark.perception.verdict}'s and {@link io.bulwark.perception.audit}'s.
 *
 * <p><b>A cluster is one draw.</b> {@link io.bulwark.cli.picture.FileClusters} looks at the whole of each file once
 * before the views that are judged: which half a file is in, and which references do not vote on it, depends on all
 * files. That costs one view and one decoding more of each.
 */
package io.bulwark.cli.bank.calibrate;
