package io.bulwark.perception.model.published;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.model.family.ResidualCnn;
import io.bulwark.perception.model.family.Tower;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the {@code config.json} of a {@link ResidualCnn}, in Hugging Face's form and with its names for what its ResNets
 * have too. Mean and deviation stand in the same file.
 */
final class ResidualCnnConfig {

    private static final Set<String> OPTIONS = Set.of(
            "model_type",
            "image_size",
            "num_channels",
            "depths",
            "hidden_sizes",
            "projection_dim",
            "image_mean",
            "image_std");

    private ResidualCnnConfig() {}

    static PublishedModel read(ConfigFields config) {
        config.onlyOptions(OPTIONS, Map.of());
        int[] size = config.size("image_size", 28);
        PreprocessSpec input = new PreprocessSpec(
                size[0],
                size[1],
                Math.min(size[0], size[1]),
                ResizeMode.SHORTEST,
                Interpolation.BICUBIC,
                true,
                0,
                config.channels("image_mean", 0, 0, 0),
                config.channels("image_std", 1, 1, 1));
        int channels = config.integer("num_channels", 3);
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "%s: 'num_channels' is %d; this version reads 1 (grey) and 3".formatted(config.where(), channels));
        }
        ResidualCnn family = new ResidualCnn(
                input,
                channels == 1,
                config.integers("depths"),
                config.integers("hidden_sizes"),
                config.integer("projection_dim"));
        return new PublishedModel(PublishedModel.HUGGING_FACE, Tower.alone(family), Optional.empty(), input);
    }
}
