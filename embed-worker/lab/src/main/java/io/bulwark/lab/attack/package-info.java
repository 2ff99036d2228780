/**
 * Attacks on encoders and on the decisions made with them: what "robust" is measured by. What may enter here: what all
 * attacks share, threat models, goals, and the two faces of what is attacked.
 *
 * <p>The rooms below: {@link io.bulwark.lab.attack.loss} (what is raised), {@link
 * io.bulwark.lab.attack.gradient} and {@link io.bulwark.lab.attack.blackbox} (how), {@link
 * io.bulwark.lab.attack.upload} (whole files). Everything works on batches of {@code [B, 3, H, W]} floats in [0,
 * 1], and knows the encoder only as an {@link
 * io.bulwark.lab.attack.Objective}: a loss of each sample, its gradient, and whether the real decision is the
 * attacker's. What an attack raises may be a smooth stand-in; success is always the real decision's.
 *
 * <pre>{@code
 * Objective objective = EncoderObjective.of(encoder, new SquaredDistance(cleanEmbeddings));
 * ThreatModel threat = ThreatModel.linf(4 / 255.0);
 * float[] attacked = new Pgd(10, 1 / 255.0, 0.9, true, 1)
 *         .run(objective, threat, clean, count, Watch.silent())
 *         .pixels();
 * threat.verify(clean, attacked, count).require();
 * }</pre>
 */
package io.bulwark.lab.attack;
