/**
 * Checkpoints as researchers publish them, told apart by their files: what a configuration says becomes a family, a
 * preprocessing and the name of the weights' file. What may enter: readers of configurations that others publish.
 *
 * <ul>
 *   <li>{@code open_clip_config.json} beside {@code open_clip_model.safetensors} (or {@code
 *       open_clip_pytorch_model.safetensors}): CLIP, OpenCLIP, R-CLIP_F (FARE), R-CLIP_T (TeCoA), as a vision
 *       transformer or a ConvNeXt, and the text tower of the same file. A vision tower saved alone, as RobustVLM does,
 *       has no prefix {@code visual.}.
 *   <li>{@code config.json} of a ViTModel beside {@code model.safetensors}: DINO, R-DINO.
 *   <li>the topology of a functional Keras model, which {@link
 *       io.bulwark.perception.model.published.KerasTopology} reads.
 * </ul>
 *
 * <p>{@link io.bulwark.perception.model.published.PublishedModel.PerceptualConfig} is a section of our own in
 * open_clip's file, which says how a published metric runs otherwise than open_clip would run it.
 *
 * <p>Every option of a configuration is either understood or refused by name: an option passed over would give other
 * embeddings than the original without a word. What only concerns training (patch dropout, drop path) is passed over.
 *
 * <p>What took long to find: the norms' epsilon is 1e-5 in open_clip, 1e-6 in timm's ConvNeXt (1e-5 in its xxlarge) and
 * 1e-12 in Hugging Face's ViT; quick GELU is off unless the configuration says so, and timm's towers never use it.
 */
package io.bulwark.perception.model.published;
