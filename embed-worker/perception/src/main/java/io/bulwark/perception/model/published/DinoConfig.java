package io.bulwark.perception.model.published;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.model.family.DinoVit;
import io.bulwark.perception.model.family.Tower;
import io.bulwark.perception.model.family.TransformerShape;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code config.json} of Hugging Face's ViTModel, as DINO and R-DINO are published. The preprocessing is that of
 * DINO's evaluation: RGB first, the short side to 256/224 of the input, the middle square, ImageNet's mean and deviation
 * unless {@code preprocessor_config.json} has others.
 */
final class DinoConfig {

    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    /** Of a classifier on top: no part of the embedding. */
    private static final Set<String> HEADS = Set.of("pooler.", "classifier.");

    private DinoConfig() {}

    static PublishedModel read(ConfigFields config, ConfigFields preprocessor, Set<String> tensors) {
        require(config, "model_type", "vit");
        require(config, "hidden_act", "gelu");
        require(config, "num_channels", "3");
        require(config, "qkv_bias", "true");
        int[] size = config.size("image_size", 224);
        PreprocessSpec input = new PreprocessSpec(
                size[0],
                size[1],
                Math.round(Math.min(size[0], size[1]) * 256f / 224f),
                ResizeMode.SHORTEST,
                Interpolation.BICUBIC,
                true,
                0,
                preprocessor.channels("image_mean", MEAN),
                preprocessor.channels("image_std", STD));
        int width = config.integer("hidden_size", 768);
        TransformerShape shape = new TransformerShape(
                config.integer("num_hidden_layers", 12),
                width,
                config.integer("num_attention_heads", 12),
                config.integer("intermediate_size", 4 * width));
        DinoVit family =
                new DinoVit(input, config.integer("patch_size", 16), shape, config.number("layer_norm_eps", 1e-12));
        String prefix = tensors.stream().anyMatch(name -> name.startsWith("vit.")) ? "vit." : "";
        return new PublishedModel(
                PublishedModel.HUGGING_FACE,
                new Tower(family, prefix, Map.of(), prefix.isEmpty() ? HEADS : Set.of("vit.pooler.", "classifier.")),
                Optional.empty(),
                input);
    }

    private static void require(ConfigFields config, String name, String wanted) {
        String found = config.text(name, wanted);
        if (!found.equals(wanted)) {
            throw new IllegalArgumentException("%s: '%s' is '%s'; of Hugging Face's models this version reads '%s'"
                    .formatted(config.where(), name, found, wanted));
        }
    }
}
