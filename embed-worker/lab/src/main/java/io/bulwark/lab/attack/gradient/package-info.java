/**
 * Attacks that climb the gradient of a loss: PGD and APGD. What may enter: white-box ascents on batches of pixels; what
 * they climb is {@link io.bulwark.lab.attack.loss}'s.
 *
 * <pre>{@code
 * AttackResult result = new Pgd(10, 1 / 255.0, 0.9, true, 1).run(objective, threat, clean, count, Watch.silent());
 * }</pre>
 */
package io.bulwark.lab.attack.gradient;
