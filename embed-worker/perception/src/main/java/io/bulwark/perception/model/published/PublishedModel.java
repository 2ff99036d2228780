package io.bulwark.perception.model.published;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.model.family.DinoVit;
import io.bulwark.perception.model.family.OpenClipVit;
import io.bulwark.perception.model.family.TransformerShape;
import io.bulwark.perception.model.family.Weights.Tower;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    /**
     * Reads {@code config.json} of Hugging Face's ViTModel, as DINO and R-DINO are published. The preprocessing is that
     * of DINO's evaluation: RGB first, the short side to 256/224 of the input, the middle square, ImageNet's mean and
     * deviation unless {@code preprocessor_config.json} has others.
     */
    static final class DinoConfig {

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
                    new Tower(
                            family, prefix, Map.of(), prefix.isEmpty() ? HEADS : Set.of("vit.pooler.", "classifier.")),
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

    /**
     * How the authors of the robust perceptual metrics run an open_clip tower where that is not as open_clip does
     * (Croce et al., SaTML 2025, and the code beside it): the section {@code perceptual_cfg} of a configuration, which
     * an import writes.
     *
     * @param norms of a vision transformer; adapted ones ran through DINO's code
     * @param hidden units of the metric's MLP; 0 if there is none
     * @param input side in pixels of what the encoder sees; empty for the configuration's
     */
    public record PerceptualConfig(OpenClipVit.Norms norms, int hidden, OptionalInt input) {

        static final String SECTION = "perceptual_cfg";

        /** A tower as open_clip runs it. */
        public static final PerceptualConfig NONE =
                new PerceptualConfig(OpenClipVit.Norms.OPEN_CLIP, 0, OptionalInt.empty());

        /** DINO's vision transformer, with the norm before the blocks left as open_clip's. */
        public static final OpenClipVit.Norms DINO = new OpenClipVit.Norms(1e-5, 1e-6);

        private static final String BEFORE = "norm_eps_before_blocks";
        private static final String WITHIN = "norm_eps";
        private static final String HIDDEN = "mlp_hidden";
        private static final String INPUT = "input_size";

        static PerceptualConfig read(ConfigFields fields) {
            fields.onlyOptions(Set.of(BEFORE, WITHIN, HIDDEN, INPUT), Map.of());
            return new PerceptualConfig(
                    new OpenClipVit.Norms(
                            fields.number(BEFORE, NONE.norms().before()),
                            fields.number(WITHIN, NONE.norms().within())),
                    fields.integer(HIDDEN, 0),
                    fields.node().hasNonNull(INPUT) ? OptionalInt.of(fields.integer(INPUT)) : OptionalInt.empty());
        }

        /** The same pictures at the side that is asked for: what is squeezed is squeezed to it, the rest is cut out. */
        PreprocessSpec preprocess(PreprocessSpec own) {
            if (input.isEmpty()) {
                return own;
            }
            int side = input.getAsInt();
            return new PreprocessSpec(
                    side,
                    side,
                    own.resizeMode() == ResizeMode.SHORTEST ? Math.max(side, own.resizeTo()) : side,
                    own.resizeMode(),
                    own.interpolation(),
                    own.convertFirst(),
                    own.fill(),
                    own.mean(),
                    own.std());
        }

        /** Puts the section into a configuration. */
        public void write(ObjectNode config) {
            ObjectNode section = new ObjectMapper().createObjectNode();
            if (!norms.equals(NONE.norms())) {
                section.put(BEFORE, norms.before()).put(WITHIN, norms.within());
            }
            if (hidden > 0) {
                section.put(HIDDEN, hidden);
            }
            input.ifPresent(side -> section.put(INPUT, side));
            if (!section.isEmpty()) {
                config.set(SECTION, section);
            }
        }
    }

    /**
     * {@code adapter_config.json} of PEFT's low-rank adapters.
     *
     * @param rank inner extent of an adapter's two matrices
     * @param alpha an adapter counts alpha / rank
     */
    public record PeftConfig(int rank, double alpha) {

        /** The file's name. */
        public static final String FILE = "adapter_config.json";

        private static final double PEFTS_ALPHA = 8;

        private static final Set<String> UNDERSTOOD = Set.of(
                "r",
                "lora_alpha",
                "lora_dropout",
                "target_modules",
                "base_model_name_or_path",
                "auto_mapping",
                "inference_mode",
                "init_lora_weights",
                "revision",
                "task_type",
                "peft_version");
        private static final Map<String, String> FIXED = Map.of(
                "peft_type", "LORA",
                "bias", "none",
                "fan_in_fan_out", "false",
                "use_rslora", "false",
                "use_dora", "false",
                "lora_bias", "false",
                "use_qalora", "false");

        /**
         * Reads it.
         *
         * @param where what messages call it
         * @throws IllegalArgumentException if it asks for what would change the merged weights and is not read; the
         *     message names the option
         * @throws IOException if it is no JSON
         */
        public static PeftConfig read(String where, byte[] json) throws IOException {
            ConfigFields fields = new ConfigFields(where, new ObjectMapper().readTree(json));
            fields.onlyOptions(UNDERSTOOD, FIXED);
            return new PeftConfig(fields.integer("r"), fields.number("lora_alpha", PEFTS_ALPHA));
        }
    }
}
