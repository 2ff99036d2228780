package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.PackageManifest;
import io.bulwark.perception.model.keras.KerasLayers;
import io.bulwark.perception.model.keras.LayerNetwork;
import io.bulwark.perception.model.published.KerasTopology;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A package made of a model of TensorFlow.js whose pictures are square and in [0, 1].
 *
 * @param folder of {@code model.json} and its shards, or of {@code model.min.js} and theirs
 * @param classes of the head, in the order of its answer
 */
public record TfjsImport(Path folder, List<String> classes) {

    public TfjsImport {
        classes = List.copyOf(classes);
    }

    /**
     * Writes the package: topology, weights as safetensors and a manifest.
     *
     * @param out made if missing; its name is the package's
     * @throws ModelPackageException if the model is not what this version reads; the message names the file and what is
     *     wrong
     * @throws IOException if a file cannot be read or written
     */
    public void write(Path out) throws IOException {
        TfjsFiles files = TfjsFiles.in(folder);
        try {
            JsonNode model = files.model();
            if (model.path("format").asText().equals("graph-model")) {
                throw new ModelPackageException(
                        files.name() + " is a graph model; this version reads the layers format");
            }
            JsonNode topology = model.path("modelTopology");
            LayerNetwork network = KerasTopology.read(files.name(), topology);
            if (network.classes() != classes.size()) {
                throw new ModelPackageException("%s has %d classes, %d are named: %s"
                        .formatted(files.name(), network.classes(), classes.size(), classes));
            }
            SafetensorsWriter writer = new SafetensorsWriter();
            TfjsWeights weights = TfjsWeights.read(files, model.path("weightsManifest"));
            network.weighted().forEach(layer -> FoldedLayer.of(layer, weights).add(writer));
            weights.requireAllTaken();
            save(network, topology, writer, files, out);
        } catch (JsonProcessingException e) {
            throw new ModelPackageException(files.name() + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException e) {
            throw new ModelPackageException(
                    "%s names the file %s, which is not there".formatted(files.name(), e.getFile()), e);
        } catch (IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    private void save(LayerNetwork network, JsonNode topology, SafetensorsWriter writer, TfjsFiles files, Path out)
            throws IOException {
        Files.createDirectories(out);
        try {
            writer.write(out.resolve(PackageManifest.WEIGHTS));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.write(
                out.resolve(KerasTopology.FILE),
                new ObjectMapper()
                        .writeValueAsBytes(topology.has("model_config") ? topology.path("model_config") : topology));
        PackageManifest manifest = new PackageManifest(
                out.toAbsolutePath().normalize().getFileName().toString(),
                KerasLayers.NAME,
                PreprocessSpec.unit(network.rows(), Interpolation.BILINEAR),
                classes,
                files.digests());
        Files.writeString(out.resolve(PackageManifest.FILE), manifest.toJson());
    }
}
