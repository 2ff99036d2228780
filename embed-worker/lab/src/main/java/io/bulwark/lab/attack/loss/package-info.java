/**
 * What attackers raise: losses of embeddings, each smooth, with its slope, and the real decision that success is judged
 * by. What may enter: a loss of embeddings or logits, and what it compares with; no search for perturbations.
 *
 * <pre>{@code
 * Objective objective = EncoderObjective.of(encoder, new SquaredDistance(cleanEmbeddings));
 * }</pre>
 */
package io.bulwark.lab.attack.loss;
