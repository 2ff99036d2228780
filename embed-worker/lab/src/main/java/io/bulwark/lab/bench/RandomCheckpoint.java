package io.bulwark.lab.bench;

import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.published.PublishedModel;
import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Checkpoints of full size with random weights, for speed alone: what they say of pictures means nothing.
 *
 * @param family the program's family
 * @param name as open_clip or DINO call the architecture
 * @param file the configuration's file
 * @param json the configuration
 */
record RandomCheckpoint(String family, String name, String file, String json) {

    private static final List<RandomCheckpoint> KNOWN = List.of(
            vit("ViT-B-32", 512, "'patch_size': 32"),
            vit("ViT-B-16", 512, "'patch_size': 16"),
            vit("ViT-L-14", 768, "'patch_size': 14, 'layers': 24, 'width': 1024"),
            vit("ViT-L-14-336", 768, "'patch_size': 14, 'layers': 24, 'width': 1024, 'image_size': 336"),
            new RandomCheckpoint(
                    "open-clip-convnext",
                    "convnext_base_w",
                    PublishedModel.OPEN_CLIP,
                    "{'model_cfg': {'embed_dim': 640, 'vision_cfg': {'timm_model_name': 'convnext_base', 'timm_proj':"
                            + " 'linear', 'image_size': 256}, 'text_cfg': {}}}"),
            new RandomCheckpoint(
                    "dino-vit", "dino-vitb16", PublishedModel.HUGGING_FACE, "{'model_type': 'vit', 'patch_size': 16}"));

    private static RandomCheckpoint vit(String name, int dimension, String vision) {
        return new RandomCheckpoint(
                "open-clip-vit",
                name,
                PublishedModel.OPEN_CLIP,
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
        Files.createDirectories(folder);
        Files.write(folder.resolve(file), config);
        PublishedModel model = PublishedModel.read(
                name, file, asked -> asked.equals(file) ? Optional.of(config) : Optional.empty(), Set.of());
        weights(model.vision().family())
                .write(folder.resolve(PublishedModel.weightsOf(file).get(0)));
    }

    /** All tensors are windows on one stretch of small random numbers. */
    private static SafetensorsWriter weights(Family family) {
        Map<String, List<Long>> shapes = family.tensors();
        long largest = shapes.values().stream()
                .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
                .max()
                .orElse(0);
        ByteBuffer numbers =
                ByteBuffer.allocate(Math.toIntExact(largest * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(1);
        while (numbers.hasRemaining()) {
            numbers.putFloat((float) random.nextGaussian() * 0.02f);
        }
        SafetensorsWriter writer = new SafetensorsWriter();
        shapes.forEach((tensor, shape) -> {
            int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
            writer.add(tensor, ElementType.F32, shape, numbers.slice(0, elements * Float.BYTES));
        });
        return writer;
    }
}
