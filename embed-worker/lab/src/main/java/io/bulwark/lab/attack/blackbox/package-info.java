/**
 * Attacks that see answers and no gradients: Square, which sees scores, and HopSkipJump, which sees decisions. What may
 * enter: searches that ask an {@link io.bulwark.lab.attack.Oracle}, and count what they ask.
 *
 * <pre>{@code
 * AttackResult result = new SquareAttack(1000, 128, 128, SquareAttack.DEFAULT_SHARE, 1)
 *         .run(objective, threat, clean, count, Watch.silent());
 * }</pre>
 */
package io.bulwark.lab.attack.blackbox;
