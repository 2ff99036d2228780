package io.bulwark.lab.bench;

import io.bulwark.perception.model.FreshPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Checkpoints of full size with random weights, for speed alone: what they say of pictures means nothing.
 *
 * @param family the program's family
 * @param name as open_clip or DINO call the architecture
 * @param json the configuration
 */
record RandomCheckpoint(String family, String name, String json) {

    private static final long SEED = 1;

    private static final List<RandomCheckpoint> KNOWN = List.of(
            vit("ViT-B-32", 512, "'patch_size': 32"),
            vit("ViT-B-16", 512, "'patch_size': 16"),
            vit("ViT-L-14", 768, "'patch_size': 14, 'layers': 24, 'width': 1024"),
            vit("ViT-L-14-336", 768, "'patch_size': 14, 'layers': 24, 'width': 1024, 'image_size': 336"),
            new RandomCheckpoint(
                    "open-clip-convnext",
                    "convnext_base_w",
                    "{'model_cfg': {'embed_dim': 640, 'vision_cfg': {'timm_model_name': 'convnext_base', 'timm_proj':"
                            + " 'linear', 'image_size': 256}, 'text_cfg': {}}}"),
            new RandomCheckpoint("dino-vit", "dino-vitb16", "{'model_type': 'vit', 'patch_size': 16}"));

    private static RandomCheckpoint vit(String name, int dimension, String vision) {
        return new RandomCheckpoint(
                "open-clip-vit",
                name,
                "{'model_cfg': {'embed_dim': %d, 'quick_gelu': true, 'vision_cfg': {%s}, 'text_cfg': {}}}"
                        .formatted(dimension, vision));
    }

    /** The architecture of that family and name; the family's first where the name is empty. */
    static Optional<RandomCheckpoint> of(String family, String name) {
        return KNOWN.stream()
                .filter(known -> known.family().equals(family)
                        && (name.isEmpty() || known.name().equalsIgnoreCase(name)))
                .findFirst();
    }

    /** {@code family/name} of all. */
    static List<String> known() {
        return KNOWN.stream().map(known -> known.family() + "/" + known.name()).toList();
    }

    /** Writes the checkpoint, as a vision tower saved alone. */
    void write(Path folder) throws IOException {
        byte[] config = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        new FreshPackage(config, SEED).write(folder);
    }
}
