package io.bulwark.perception.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.ExportedPackage.ExportedManifest;
import io.bulwark.perception.model.family.EfficientNetLite0;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.MobileNetV2;
import io.bulwark.perception.model.family.Weights.Tower;
import io.bulwark.perception.model.keras.KerasLayers;
import io.bulwark.perception.model.keras.LayerNetwork;
import io.bulwark.perception.model.published.KerasTopology;
import io.bulwark.perception.model.published.PublishedModel;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a package's files say that it is: a Bulwark package's manifest, or a published checkpoint's configuration.
 *
 * @param manifest as read, or made up from the configuration
 * @param vision the image encoder and its place in the weights
 * @param text the text encoder of the same file, where there is one
 * @param weights name of the weights' file
 */
record Blueprint(PackageManifest manifest, Tower vision, Optional<Tower> text, String weights) {

    /** Configurations that are published beside weights. */
    static final List<String> CONFIGURATIONS = List.of(PublishedModel.OPEN_CLIP, PublishedModel.HUGGING_FACE);

    static Blueprint read(PackageFiles files) throws IOException {
        Optional<byte[]> json = files.read(PackageManifest.FILE);
        if (json.isPresent()) {
            return ofPackage(files, PackageManifest.parse(files.location() + "/" + PackageManifest.FILE, json.get()));
        }
        for (String config : CONFIGURATIONS) {
            if (files.has(config)) {
                return ofCheckpoint(files, config);
            }
        }
        throw new ModelPackageException(PackageContents.explain(files));
    }

    private static Blueprint ofPackage(PackageFiles files, PackageManifest manifest) throws IOException {
        for (String config : CONFIGURATIONS) {
            if (files.has(config)) {
                return ofTunedCheckpoint(files, config, manifest);
            }
        }
        if (manifest.family().equals(KerasLayers.NAME)) {
            return new Blueprint(
                    manifest, Tower.alone(layers(files, manifest)), Optional.empty(), PackageManifest.WEIGHTS);
        }
        return new Blueprint(
                manifest, Tower.alone(network(files, manifest)), Optional.empty(), PackageManifest.WEIGHTS);
    }

    private static Family network(PackageFiles files, PackageManifest manifest) {
        int classes = manifest.headClasses().size();
        PreprocessSpec seen = manifest.preprocess();
        try {
            return switch (manifest.family()) {
                case MobileNetV2.NAME -> new MobileNetV2(classes, seen.height(), seen.width());
                case EfficientNetLite0.NAME -> new EfficientNetLite0(classes, seen);
                default ->
                    throw new IllegalArgumentException("family '%s' is not known; known are %s, %s, %s and %s"
                            .formatted(
                                    manifest.family(),
                                    MobileNetV2.NAME,
                                    EfficientNetLite0.NAME,
                                    KerasLayers.NAME,
                                    ExportedManifest.FAMILY));
            };
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(files.location() + ": " + e.getMessage(), e);
        }
    }

    private static Family layers(PackageFiles files, PackageManifest manifest) throws IOException {
        String where = files.location() + "/" + KerasTopology.FILE;
        byte[] json = files.read(KerasTopology.FILE)
                .orElseThrow(() -> new ModelPackageException(
                        where + ": there is no such file, which family '%s' needs".formatted(KerasLayers.NAME)));
        try {
            LayerNetwork network = KerasTopology.read(where, new ObjectMapper().readTree(json));
            PreprocessSpec seen = manifest.preprocess();
            boolean fits = network.rows() == seen.height()
                    && network.columns() == seen.width()
                    && network.classes() == manifest.headClasses().size();
            if (!fits) {
                throw new ModelPackageException("%s sees %dx%d pixels and has %d classes; %s says %dx%d and %d"
                        .formatted(
                                where,
                                network.columns(),
                                network.rows(),
                                network.classes(),
                                PackageManifest.FILE,
                                seen.width(),
                                seen.height(),
                                manifest.headClasses().size()));
            }
            return new KerasLayers(network);
        } catch (JsonProcessingException e) {
            throw new ModelPackageException(where + ": is no JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    /** A published checkpoint whose weights were tuned: the configuration as it was, and a manifest beside it. */
    private static Blueprint ofTunedCheckpoint(PackageFiles files, String config, PackageManifest manifest)
            throws IOException {
        Blueprint published = ofCheckpoint(files, config);
        PackageManifest implied = published.manifest();
        if (!manifest.family().equals(implied.family())
                || !manifest.preprocess()
                        .canonical()
                        .equals(implied.preprocess().canonical())) {
            throw new ModelPackageException("%s: %s states family '%s' or a preprocessing that %s does not"
                    .formatted(files.location(), PackageManifest.FILE, manifest.family(), config));
        }
        return new Blueprint(manifest, published.vision(), published.text(), published.weights());
    }

    private static Blueprint ofCheckpoint(PackageFiles files, String config) throws IOException {
        String weights = PublishedModel.weightsOf(config).stream()
                .filter(files::has)
                .findFirst()
                .orElseThrow(() -> new ModelPackageException(PackageContents.explain(files)));
        try (SafetensorsFile file = files.weights(weights)) {
            PublishedModel model = PublishedModel.read(
                    files.location(), config, files::read, file.tensors().keySet());
            PackageManifest manifest = new PackageManifest(
                    nameOf(files.location()),
                    model.vision().family().name(),
                    model.preprocess(),
                    List.of(),
                    Map.of("config", config, "weights", weights));
            return new Blueprint(manifest, model.vision(), model.text(), weights);
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    private static String nameOf(String location) {
        Path name = Path.of(location.substring(location.indexOf(':') + 1))
                .toAbsolutePath()
                .normalize()
                .getFileName();
        return name == null ? location : name.toString();
    }

    /** Says what a place holds that is no model. */
    static final class PackageContents {

        private static final String IMPORT = " 'bulwark model import-pt', or save it as safetensors";

        private PackageContents() {}

        static String explain(PackageFiles files) {
            List<String> names = files.names();
            String location = "model '" + files.location() + "' ";
            boolean pickled = names.stream().anyMatch(name -> name.matches(".*\\.(pt|pth|bin|ckpt)"));
            if (names.contains("open_clip_config.json") || names.contains("config.json")) {
                return location
                        + (pickled
                                ? "holds a pickled checkpoint, which is never loaded: make a package of it with"
                                        + IMPORT
                                : "has a configuration but no weights; wanted is open_clip_model.safetensors beside"
                                        + " open_clip_config.json, or model.safetensors beside config.json");
            }
            String missing =
                    location + "has no %s, open_clip_config.json or config.json".formatted(PackageManifest.FILE);
            if (pickled) {
                return missing + "; it holds a pickled checkpoint, which is never loaded: make a package of it with"
                        + IMPORT;
            }
            return missing + (names.isEmpty() ? "" : "; it holds " + names.subList(0, Math.min(10, names.size())));
        }
    }
}
