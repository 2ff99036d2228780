/**
 * {@code bulwark bank calibrate} and {@code verify}: the settings that a bank's own references or held-out files
 * suggest, for a model and for its twin. What may enter: what measures a bank and prints settings; the computing is
 * {@link io.bulwark.perception.verdict}'s and {@link io.bulwark.perception.audit}'s.
 */
package io.bulwark.cli.bank.calibrate;
