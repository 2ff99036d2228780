/**
 * Learning from triplets that people answered: a metric head behind a frozen encoder, or low-rank adapters within it. What
 * may enter: what descends on the hinge of triplets; optimiser, recipe and checkpoints are {@link
 * io.bulwark.lab.train}'s.
 *
 * <ul>
 *   <li>Adapters are learnt by projection: the gradient by a matrix is there anyway, and those by its adapter's factors are
 *       two products of it. No program knows of adapters, and every family that trains can have them. That costs a third
 *       of a second a shard for the queries, keys and values of a ViT-B, and gives no place for the dropout of 0.3 on an
 *       adapter's input that DreamSim has: it is left out. So are its Adam's first moment of 0.5 and constant rate; what
 *       learns here does so by one optimiser.
 *   <li>The pictures of triplets are read again at each step: those of NIGHTS are gigabytes at 224 pixels. Embeddings,
 *       which are all that a head sees, are kept.
 * </ul>
 */
package io.bulwark.lab.train.triplet;
