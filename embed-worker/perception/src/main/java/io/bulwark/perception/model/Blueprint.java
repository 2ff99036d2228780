package io.bulwark.perception.model;

import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.MobileNetV2;
import io.bulwark.perception.model.family.Tower;
import io.bulwark.perception.model.published.PublishedModel;
import io.bulwark.perception.model.safetensors.SafetensorsFile;
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

    static Blueprint read(PackageFiles files) throws IOException {
        Optional<byte[]> json = files.read(PackageManifest.FILE);
        if (json.isPresent()) {
            return ofPackage(files, PackageManifest.parse(files.location() + "/" + PackageManifest.FILE, json.get()));
        }
        for (String config : List.of(PublishedModel.OPEN_CLIP, PublishedModel.HUGGING_FACE)) {
            if (files.has(config)) {
                return ofCheckpoint(files, config);
            }
        }
        throw new ModelPackageException(PackageContents.explain(files));
    }

    private static Blueprint ofPackage(PackageFiles files, PackageManifest manifest) {
        if (!manifest.family().equals(MobileNetV2.NAME)) {
            throw new ModelPackageException("%s: family '%s' is not known; known are %s and %s"
                    .formatted(files.location(), manifest.family(), MobileNetV2.NAME, ExportedManifest.FAMILY));
        }
        Family family = new MobileNetV2(manifest.headClasses().size());
        return new Blueprint(manifest, Tower.alone(family), Optional.empty(), PackageManifest.WEIGHTS);
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
}
