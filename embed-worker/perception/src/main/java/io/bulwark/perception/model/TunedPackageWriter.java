package io.bulwark.perception.model;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.model.published.KerasTopology;
import io.bulwark.perception.model.published.PublishedModel;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a package that differs from its parent in weights: the parent's layout, configuration and other tensors (a text
 * tower beside the image encoder) with the tuned ones in place of their own, and a manifest that says how they came about.
 *
 * @param files of the parent
 * @param blueprint of the parent
 */
record TunedPackageWriter(PackageFiles files, Blueprint blueprint) {

    /** What a quantised tensor is stored with; the tuned one needs neither. */
    private static final Set<String> COMPANIONS = Set.of(".scale", ".min");

    /** Configurations of the parent that hold for the tuned one as they are. */
    private static final List<String> COPIED = List.of(
            PublishedModel.OPEN_CLIP, PublishedModel.HUGGING_FACE, PublishedModel.PREPROCESSOR, KerasTopology.FILE);

    /** Configurations that fix the size of what an encoder sees. */
    private static final List<String> OF_ONE_SIZE =
            List.of(PublishedModel.OPEN_CLIP, PublishedModel.HUGGING_FACE, KerasTopology.FILE);

    /** @throws ModelPackageException if the weights are not those of this model's tensors */
    void write(TunedModel tuned, Path folder) throws IOException {
        int needed = tuned.tensors().stream().mapToInt(TensorPlace::length).sum();
        if (tuned.weights().length != needed) {
            throw new ModelPackageException(
                    "the checkpoint has %d weights, model '%s' has %d: name the parent that it was tuned from (--model)"
                            .formatted(tuned.weights().length, files.location(), needed));
        }
        PreprocessSpec preprocess = preprocess(tuned);
        Files.createDirectories(folder);
        try (SafetensorsFile parent = files.weights(blueprint.weights())) {
            SafetensorsWriter writer = new SafetensorsWriter();
            Set<String> replaced = new HashSet<>();
            for (TensorPlace place : tuned.tensors()) {
                String name = blueprint.vision().prefix() + place.name();
                writer.add(
                        name,
                        tuned.type(),
                        place.shape(),
                        SafetensorsWriter.encode(tuned.type(), tuned.weights(), place.offset(), place.length()));
                replaced.add(name);
                COMPANIONS.forEach(companion -> replaced.add(name + companion));
            }
            for (TensorInfo other : parent.tensors().values()) {
                if (!replaced.contains(other.name())) {
                    writer.add(other.name(), other.type(), other.shape(), parent.bytes(other.name()));
                }
            }
            writer.write(folder.resolve(blueprint.weights()));
        }
        for (String config : COPIED) {
            if (files.has(config)) {
                Files.write(folder.resolve(config), files.read(config).orElseThrow());
            }
        }
        PackageManifest own = blueprint.manifest();
        PackageManifest manifest =
                new PackageManifest(tuned.name(), own.family(), preprocess, own.headClasses(), tuned.provenance());
        Files.writeString(folder.resolve(PackageManifest.FILE), manifest.toJson());
    }

    /** The parent's, at the size that is asked for. A published configuration states a size that its weights need. */
    private PreprocessSpec preprocess(TunedModel tuned) {
        PreprocessSpec own = blueprint.manifest().preprocess();
        if (tuned.input().isEmpty()) {
            return own;
        }
        if (OF_ONE_SIZE.stream().anyMatch(files::has)) {
            throw new ModelPackageException("model '%s' of family '%s' sees %dx%d pixels and no other size"
                    .formatted(files.location(), blueprint.manifest().family(), own.width(), own.height()));
        }
        return own.withInput(tuned.input().getAsInt());
    }
}
