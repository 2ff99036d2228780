package io.bulwark.perception.model.published;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.OpenClipConvNext;
import io.bulwark.perception.model.family.OpenClipConvNext.Projection;
import io.bulwark.perception.model.family.OpenClipText;
import io.bulwark.perception.model.family.OpenClipVit;
import io.bulwark.perception.model.family.TransformerShape;
import io.bulwark.perception.model.family.Weights.Tower;
import io.bulwark.perception.model.published.PublishedModel.PerceptualConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Reads {@code open_clip_config.json}; defaults are those of open_clip's CLIPVisionCfg, CLIPTextCfg and PreprocessCfg. */
final class OpenClipConfig {

    private static final String VISUAL = "visual.";
    private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
    private static final float[] STD = {0.26862954f, 0.26130258f, 0.27577711f};

    /** Tensors of text towers that this version does not read, and of the loss. */
    private static final Set<String> ANY_TEXT = Set.of(
            "text.",
            "transformer.",
            "token_embedding.",
            "ln_final.",
            "positional_embedding",
            "text_projection",
            "attn_mask",
            "logit_scale",
            "logit_bias");

    private static final Set<String> VISION_OPTIONS = Set.of(
            "layers",
            "width",
            "head_width",
            "mlp_ratio",
            "patch_size",
            "image_size",
            "patch_dropout",
            "output_tokens",
            "final_ln_after_pool",
            "attn_pooler_queries",
            "attn_pooler_heads");
    private static final Map<String, String> VISION_FIXED = Map.of(
            "no_ln_pre", "false",
            "pos_embed_type", "learnable",
            "pool_type", "tok",
            "attentional_pool", "false",
            "input_patchnorm", "false",
            "global_average_pool", "false",
            "timm_model_name", "");
    private static final Set<String> TEXT_OPTIONS =
            Set.of("context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio", "pad_id", "output_tokens");
    private static final Map<String, String> TEXT_FIXED = Map.of(
            "embed_cls", "false",
            "no_causal_mask", "false",
            "final_ln_after_pool", "false",
            "pool_type", "argmax",
            "proj_type", "linear",
            "proj_bias", "false");

    private OpenClipConfig() {}

    static PublishedModel read(ConfigFields config, Set<String> tensors) {
        ConfigFields model = config.child("model_cfg");
        int dimension = model.integer("embed_dim");
        PerceptualConfig perceptual = PerceptualConfig.read(config.child(PerceptualConfig.SECTION));
        PreprocessSpec input =
                perceptual.preprocess(preprocess(model.child("vision_cfg"), config.child("preprocess_cfg")));
        Family vision = vision(model, dimension, input, perceptual);
        if (tensors.stream().noneMatch(name -> name.startsWith(VISUAL))) {
            Tower alone = new Tower(vision, "", Map.of(), Set.of());
            return new PublishedModel(PublishedModel.OPEN_CLIP, alone, Optional.empty(), input);
        }
        Optional<OpenClipText> text = text(model, dimension);
        return new PublishedModel(
                PublishedModel.OPEN_CLIP,
                text.map(tower -> visionBeside(vision, tower)).orElse(new Tower(vision, VISUAL, Map.of(), ANY_TEXT)),
                text.map(tower -> textBeside(tower, vision)),
                input);
    }

    private static Tower visionBeside(Family vision, OpenClipText text) {
        Map<String, List<Long>> others = new HashMap<>(text.tensors());
        others.put("logit_scale", List.of());
        return new Tower(vision, VISUAL, others, Set.of("logit_bias", "attn_mask"));
    }

    private static Tower textBeside(OpenClipText text, Family vision) {
        Map<String, List<Long>> others = new HashMap<>();
        vision.tensors().forEach((name, shape) -> others.put(VISUAL + name, shape));
        others.put("logit_scale", List.of());
        return new Tower(text, "", others, Set.of("logit_bias", "attn_mask"));
    }

    private static Family vision(ConfigFields model, int dimension, PreprocessSpec input, PerceptualConfig perceptual) {
        ConfigFields vision = model.child("vision_cfg");
        if (!vision.text("timm_model_name", "").isEmpty()) {
            return TimmConvNext.read(vision, dimension, input, perceptual);
        }
        vision.onlyOptions(VISION_OPTIONS, VISION_FIXED);
        int width = vision.integer("width", 768);
        TransformerShape shape = new TransformerShape(
                vision.integer("layers", 12), width, Math.max(1, width / vision.integer("head_width", 64)), (int)
                        (width * vision.number("mlp_ratio", 4)));
        return new OpenClipVit(
                input,
                vision.integer("patch_size", 16),
                shape,
                dimension,
                model.flag("quick_gelu"),
                perceptual.norms(),
                perceptual.hidden());
    }

    /** Empty where the tower is of a kind that this version does not read: the images can be embedded all the same. */
    private static Optional<OpenClipText> text(ConfigFields model, int dimension) {
        ConfigFields text = model.child("text_cfg");
        try {
            text.onlyOptions(TEXT_OPTIONS, TEXT_FIXED);
        } catch (IllegalArgumentException otherKindOfTower) {
            return Optional.empty();
        }
        int width = text.integer("width", 512);
        TransformerShape shape = new TransformerShape(text.integer("layers", 12), width, text.integer("heads", 8), (int)
                (width * text.number("mlp_ratio", 4)));
        return Optional.of(new OpenClipText(
                text.integer("context_length", 77),
                text.integer("vocab_size", 49_408),
                shape,
                dimension,
                model.flag("quick_gelu")));
    }

    private static PreprocessSpec preprocess(ConfigFields vision, ConfigFields preprocess) {
        int[] size = vision.size("image_size", 224);
        return new PreprocessSpec(
                size[0],
                size[1],
                Math.min(size[0], size[1]),
                one(ResizeMode.values(), preprocess, "resize_mode", "shortest"),
                one(Interpolation.values(), preprocess, "interpolation", "bicubic"),
                false,
                preprocess.node().path("fill_color").asInt(0),
                preprocess.channels("mean", MEAN),
                preprocess.channels("std", STD));
    }

    private static <E extends Enum<E>> E one(E[] values, ConfigFields fields, String name, String otherwise) {
        String wanted = fields.text(name, otherwise);
        for (E value : values) {
            if (value.name().toLowerCase(Locale.ROOT).equals(wanted)) {
                return value;
            }
        }
        throw new IllegalArgumentException("%s: '%s' is '%s'; this version reads %s"
                .formatted(
                        fields.where(), name, wanted, List.of(values).toString().toLowerCase(Locale.ROOT)));
    }

    /** Vision towers that open_clip takes from timm; of those this version reads ConvNeXt. */
    static final class TimmConvNext {

        private record Size(List<Integer> depths, List<Integer> widths, double epsilon) {}

        private static final double EPSILON = 1e-6;
        private static final Map<String, Size> SIZES = Map.of(
                "convnext_tiny", new Size(List.of(3, 3, 9, 3), List.of(96, 192, 384, 768), EPSILON),
                "convnext_small", new Size(List.of(3, 3, 27, 3), List.of(96, 192, 384, 768), EPSILON),
                "convnext_base", new Size(List.of(3, 3, 27, 3), List.of(128, 256, 512, 1024), EPSILON),
                "convnext_large", new Size(List.of(3, 3, 27, 3), List.of(192, 384, 768, 1536), EPSILON),
                "convnext_xlarge", new Size(List.of(3, 3, 27, 3), List.of(256, 512, 1024, 2048), EPSILON),
                "convnext_xxlarge", new Size(List.of(3, 4, 30, 3), List.of(384, 768, 1536, 3072), 1e-5));

        private static final Set<String> OPTIONS = Set.of(
                "timm_model_name",
                "timm_model_pretrained",
                "timm_model_kwargs",
                "timm_proj",
                "timm_drop",
                "timm_drop_path",
                "image_size",
                "patch_dropout",
                "output_tokens");

        private TimmConvNext() {}

        static OpenClipConvNext read(
                ConfigFields vision, int dimension, PreprocessSpec input, PerceptualConfig perceptual) {
            String name = vision.text("timm_model_name", "").replaceFirst("\\..*", "");
            Size size = SIZES.get(name);
            if (size == null) {
                throw new IllegalArgumentException("%s: 'timm_model_name' is '%s'; this version reads %s"
                        .formatted(
                                vision.where(),
                                name,
                                SIZES.keySet().stream().sorted().toList()));
            }
            boolean pooledByTimm = vision.text("timm_pool", "").equals("avg");
            vision.onlyOptions(OPTIONS, Map.of("timm_pool", pooledByTimm ? "avg" : "", "timm_proj_bias", "false"));
            Projection projection = switch (vision.text("timm_proj", "")) {
                case "linear" -> Projection.LINEAR;
                case "mlp" -> Projection.MLP;
                default ->
                    throw new IllegalArgumentException("%s: 'timm_proj' is '%s'; this version reads 'linear' and 'mlp'"
                            .formatted(vision.where(), vision.text("timm_proj", "")));
            };
            ConfigFields overrides = vision.child("timm_model_kwargs");
            overrides.onlyOptions(Set.of("depths", "dims"), Map.of());
            return new OpenClipConvNext(
                    input,
                    integers(overrides, "depths", size.depths()),
                    integers(overrides, "dims", size.widths()),
                    projection,
                    dimension,
                    size.epsilon(),
                    perceptual.hidden());
        }

        private static List<Integer> integers(ConfigFields fields, String name, List<Integer> otherwise) {
            if (!fields.node().hasNonNull(name)) {
                return otherwise;
            }
            return StreamSupport.stream(fields.node().path(name).spliterator(), false)
                    .map(value -> value.asInt())
                    .toList();
        }
    }
}
