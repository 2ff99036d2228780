package io.bulwark.perception.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.published.PublishedModel;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A package that has learnt nothing yet: a configuration's image encoder, its weights drawn as the original code draws
 * them (open_clip's, timm's and Hugging Face's initialisation; a residual CNN's are its family's own). The same seed gives
 * the same weights.
 *
 * @param json the configuration: {@code open_clip_config.json} or a {@code config.json} in Hugging Face's form, told apart by
 *     what is in them
 * @param seed of the weights
 */
public record FreshPackage(byte[] json, long seed) {

    /**
     * Writes the package: configuration, weights in fp32 and a manifest.
     *
     * @param folder made if missing; its name is the package's
     * @throws ModelPackageException if this version reads no such configuration; the message says why
     * @throws IOException if the configuration is no JSON, or a file cannot be written
     */
    public void write(Path folder) throws IOException {
        String config = new ObjectMapper().readTree(json).has("model_cfg")
                ? PublishedModel.OPEN_CLIP
                : PublishedModel.HUGGING_FACE;
        PublishedModel model = read(config);
        Family family = model.vision().family();
        SafetensorsWriter writer = new SafetensorsWriter();
        SplittableRandom random = new SplittableRandom(seed);
        family.tensors().forEach((tensor, shape) -> {
            long own = random.nextLong();
            writer.add(tensor, ElementType.F32, shape, () -> drawn(family, tensor, shape, own));
        });
        Files.createDirectories(folder);
        Files.write(folder.resolve(config), json);
        writer.write(folder.resolve(PublishedModel.weightsOf(config).get(0)));
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        PackageManifest manifest = new PackageManifest(
                name,
                family.name(),
                model.preprocess(),
                List.of(),
                Map.of("weights", "random, nothing learnt", "seed", Long.toString(seed)));
        Files.writeString(folder.resolve(PackageManifest.FILE), manifest.toJson());
    }

    private PublishedModel read(String config) throws IOException {
        try {
            return PublishedModel.read(
                    "the configuration",
                    config,
                    name -> name.equals(config) ? Optional.of(json) : Optional.empty(),
                    Set.of());
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    private static ByteBuffer drawn(Family family, String tensor, List<Long> shape, long seed) {
        float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
        family.initial(tensor).fill(values, new SplittableRandom(seed));
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
