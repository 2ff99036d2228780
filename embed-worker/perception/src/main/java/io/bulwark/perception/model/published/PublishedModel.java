package io.bulwark.perception.model.published;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.model.family.Tower;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a published checkpoint is.
 *
 * @param config the configuration's file
 * @param vision the image encoder and its place in the weights
 * @param text the text encoder of the same file, where there is one that this version reads
 * @param preprocess what the original does to a picture before the encoder
 */
public record PublishedModel(String config, Tower vision, Optional<Tower> text, PreprocessSpec preprocess) {

    /** open_clip's configuration. */
    public static final String OPEN_CLIP = "open_clip_config.json";

    /** Hugging Face's configuration. */
    public static final String HUGGING_FACE = "config.json";

    /** Hugging Face's mean and standard deviation, where they are not the usual ones. */
    public static final String PREPROCESSOR = "preprocessor_config.json";

    /** Files beside a checkpoint. */
    @FunctionalInterface
    public interface Files {

        /** A file's bytes, empty if there is none. */
        Optional<byte[]> read(String name) throws IOException;
    }

    /**
     * Names under which a configuration's weights are published, the most usual first.
     *
     * @param config {@link #OPEN_CLIP} or {@link #HUGGING_FACE}
     */
    public static List<String> weightsOf(String config) {
        return config.equals(OPEN_CLIP)
                ? List.of("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors")
                : List.of("model.safetensors");
    }

    /**
     * Reads a configuration.
     *
     * @param where what messages call it
     * @param config {@link #OPEN_CLIP} or {@link #HUGGING_FACE}
     * @param files beside the checkpoint
     * @param tensors names in the weights
     * @throws IllegalArgumentException if it asks for what this version does not read; the message names the option
     * @throws IOException if it cannot be read or is no JSON
     */
    public static PublishedModel read(String where, String config, Files files, Set<String> tensors)
            throws IOException {
        ConfigFields fields = new ConfigFields(where + "/" + config, json(files, config));
        if (config.equals(OPEN_CLIP)) {
            return OpenClipConfig.read(fields, tensors);
        }
        return DinoConfig.read(
                fields, new ConfigFields(where + "/" + PREPROCESSOR, json(files, PREPROCESSOR)), tensors);
    }

    private static JsonNode json(Files files, String name) throws IOException {
        Optional<byte[]> content = files.read(name);
        ObjectMapper mapper = new ObjectMapper();
        return content.isPresent() ? mapper.readTree(content.get()) : mapper.createObjectNode();
    }
}
