package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.perception.model.PackageManifest;
import io.bulwark.perception.model.family.MobileNetV2;
import io.bulwark.perception.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes a Bulwark package of a TensorFlow.js MobileNetV2, as npm's {@code nsfwjs} ships it. */
public final class TfjsImporter {

    /** NSFWJS's classes in the order of its answer. */
    public static final List<String> NSFWJS_CLASSES = List.of("Drawing", "Hentai", "Neutral", "Porn", "Sexy");

    private static final int SIZE = 224;

    private TfjsImporter() {}

    /**
     * Imports a model.
     *
     * @param source a folder, or a .tgz as npm serves it, that holds the model anywhere below
     * @param model the model's folder inside the source where there are several, such as {@code mobilenet_v2}; may be
     *     empty
     * @param name the package's name
     * @param classes of the classifier in the order of its answer
     * @param out the package's folder, made if missing; {@code model.json} and {@code model.safetensors} are replaced
     * @return what was written
     * @throws IllegalArgumentException if the source holds no MobileNetV2 with that many classes; nothing is written
     * @throws IOException if files cannot be read or written
     */
    public static PackageManifest importModel(Path source, String model, String name, List<String> classes, Path out)
            throws IOException {
        TfjsModel read = TfjsModel.read(source, model);
        Map<String, FoldedLayer> layers = MobileNetV2Layers.of(read);
        int answers = layers.get("head.dense_3").bias().length;
        if (answers != classes.size()) {
            throw new IllegalArgumentException("%s: the classifier answers for %d classes, %d are named: %s"
                    .formatted(source, answers, classes.size(), classes));
        }
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        layers.forEach((layer, folded) -> folded.writeTo(writer, layer));
        PackageManifest manifest = new PackageManifest(
                name, MobileNetV2.NAME, PreprocessSpec.unit(SIZE, Interpolation.BILINEAR), classes, provenance(read));
        Files.createDirectories(out);
        writer.write(out.resolve(PackageManifest.WEIGHTS));
        Files.writeString(out.resolve(PackageManifest.FILE), manifest.toJson());
        return manifest;
    }

    private static Map<String, String> provenance(TfjsModel model) {
        Map<String, String> provenance = new TreeMap<>();
        put(provenance, "package", model.npm().path("name"));
        put(provenance, "version", model.npm().path("version"));
        put(provenance, "licence", model.npm().path("license"));
        model.sources().forEach((path, bytes) -> provenance.put("sha256 of " + path, sha256(bytes)));
        return provenance;
    }

    private static void put(Map<String, String> provenance, String key, JsonNode value) {
        if (value.isTextual()) {
            provenance.put(key, value.asText());
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
