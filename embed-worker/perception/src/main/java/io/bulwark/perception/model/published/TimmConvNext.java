package io.bulwark.perception.model.published;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.model.family.OpenClipConvNext;
import io.bulwark.perception.model.family.OpenClipConvNext.Projection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Vision towers that open_clip takes from timm; of those this version reads ConvNeXt. */
final class TimmConvNext {

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
