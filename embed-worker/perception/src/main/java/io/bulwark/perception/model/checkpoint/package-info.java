/**
 * Checkpoints of PyTorch made into packages: the robust metrics of Croce et al. (SaTML 2025) are published as {@code .pt}
 * files of a vision tower, an MLP in a Lightning checkpoint, and low-rank adapters in PEFT folders; EfficientNet-Lite0 as a
 * state dict with BatchNorm, which is folded. What may enter: other layouts in which encoders are published as pickles.
 *
 * <p>An import reads the pickle ({@link io.bulwark.perception.pickle}, which runs nothing of it) once and writes
 * safetensors: whatever runs afterwards never sees a pickle. Adapters are merged, the MLP goes behind the projection.
 *
 * <pre>{@code
 * new CheckpointImport(Path.of("vit-b-16-fare-eps4.pt"), config, head, Optional.empty(), false, OptionalInt.empty())
 *         .write(Path.of("mlp-vit-b-16-fare"));
 * }</pre>
 *
 * <p>How the authors run them, where that is not as the configuration says:
 *
 * <ul>
 *   <li>with an MLP or adapters a picture is squeezed to the encoder's square by bicubic interpolation; without, it is
 *       resized as the configuration says; ConvNeXt sees 224 pixels of its 256
 *   <li>the MLP sees the embedding as it is, not normalised
 *   <li>adapted vision transformers ran through DINO's code: an epsilon of 1e-6 in the blocks and behind them, the exact
 *       GELU
 *   <li>an adapter stands in its file twice, under {@code base_model.model.model} and {@code base_model.model}
 *   <li>robust towers are tuned against the texts of the original, whose text tower stays as it is: it comes along from
 *       the tower's own file or from the original's
 * </ul>
 */
package io.bulwark.perception.model.checkpoint;
