/**
 * Encoder families: for each the tensors that its checkpoints hold, the program that reads them, and how the one is
 * laid out for the other. A family knows shapes and nothing of files, caches or devices. What may enter: an
 * architecture and its programs.
 *
 * <p>Programs are resources beside this package and read like the PyTorch module they stand for. Each has two entries:
 * {@code forward} takes {@code [B, H, W, 3]} unsigned bytes and gives unit embeddings (and class probabilities where
 * there is a head), all in one call; {@code raw} takes {@code [B, 3, H, W]} floats in [0, 1] and gives embeddings that
 * are not normalised (and logits), for gradients: FARE compares un-normalised embeddings. A text program takes {@code [B,
 * L]} token ids in both. Of programs for inference on a CPU {@code forward} alone is called.
 *
 * <p>{@link io.bulwark.perception.model.family.HeadLayers}, the metric's MLP, stands behind open_clip's towers where a
 * configuration says so.
 *
 * <p>A checkpoint is streamed into the archive tensor by tensor, its type changed on the way: the heap holds a chunk of
 * it at a time. Blocks of a transformer are stacked into one tensor a name; {@link
 * io.bulwark.perception.model.family.Weights.Tower} says where in a file that holds several towers a family's tensors
 * lie.
 */
package io.bulwark.perception.model.family;
