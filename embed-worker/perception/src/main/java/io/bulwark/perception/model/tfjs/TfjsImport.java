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
import io.bulwark.perception.model.keras.LayerNetwork.Weighted;
import io.bulwark.perception.model.keras.Operation.Normalisation;
import io.bulwark.perception.model.published.KerasTopology;
import io.bulwark.perception.model.tfjs.TfjsWeights.TfjsTensor;
import io.bulwark.perception.model.tfjs.TfjsWeights.TfjsTensor.Stored;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

    /**
     * A layer's weights with the normalisation behind it folded in: {@code gamma / sqrt(variance + epsilon)} for each
     * output multiplies the weights, and what is left of it goes into the bias.
     *
     * @param layer whose they are
     * @param kernel {@code [rows, columns, in, out]}, or {@code [in, out]}
     * @param factor {@code [out]}
     * @param bias {@code [out]}
     */
    record FoldedLayer(Weighted layer, TfjsTensor kernel, double[] factor, float[] bias) {

        static FoldedLayer of(Weighted layer, TfjsWeights weights) {
            List<Integer> shape = layer.shape().stream().map(Math::toIntExact).toList();
            int out = shape.get(0);
            List<Integer> keras = layer.isDense()
                    ? List.of(shape.get(1), out)
                    : List.of(shape.get(2), shape.get(3), shape.get(1), out);
            TfjsTensor kernel = weights.take(layer.name(), "kernel", keras);
            float[] bias = layer.biased() ? vector(weights, layer.name(), "bias", out) : new float[out];
            double[] factor = new double[out];
            Arrays.fill(factor, 1);
            layer.normalised().ifPresent(folded -> {
                Normalisation how = folded.normalisation();
                float[] mean = vector(weights, folded.name(), "moving_mean", out);
                float[] variance = vector(weights, folded.name(), "moving_variance", out);
                float[] gamma = how.scaled() ? vector(weights, folded.name(), "gamma", out) : null;
                float[] beta = how.shifted() ? vector(weights, folded.name(), "beta", out) : new float[out];
                for (int o = 0; o < out; o++) {
                    factor[o] = (gamma == null ? 1 : gamma[o]) / Math.sqrt(variance[o] + how.epsilon());
                    bias[o] = (float) (beta[o] + (bias[o] - mean[o]) * factor[o]);
                }
            });
            return new FoldedLayer(layer, kernel, factor, bias);
        }

        private static float[] vector(TfjsWeights weights, String layer, String role, int length) {
            return weights.take(layer, role, List.of(length)).floats();
        }

        void add(SafetensorsWriter writer) {
            int out = bias.length;
            if (kernel.stored() == Stored.UINT8) {
                float[] scale = new float[out];
                float[] min = new float[out];
                for (int o = 0; o < out; o++) {
                    scale[o] = (float) (kernel.scale() * factor[o]);
                    min[o] = (float) (kernel.min() * factor[o]);
                }
                ByteBuffer bytes = ByteBuffer.allocate(kernel.bytes().length);
                sources().forEach(at -> bytes.put(kernel.bytes()[at]));
                writer.add(layer.weight(), ElementType.U8, layer.shape(), bytes.flip());
                writer.add(layer.weight() + ".scale", List.of((long) out), scale);
                writer.add(layer.weight() + ".min", List.of((long) out), min);
            } else {
                float[] stored = kernel.floats();
                float[] values = new float[stored.length];
                int row = stored.length / out;
                int[] from = sources().toArray();
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (stored[from[i]] * factor[i / row]);
                }
                writer.add(layer.weight(), layer.shape(), values);
            }
            writer.add(layer.bias(), List.of((long) out), bias);
        }

        /** Where Keras has each number of {@code [out, in, rows, columns]}, whose outputs come last there. */
        private IntStream sources() {
            int out = bias.length;
            int in = Math.toIntExact(layer.shape().get(1));
            int area = kernel.bytes().length / kernel.stored().bytes() / out / in;
            return IntStream.range(0, out)
                    .flatMap(o -> IntStream.range(0, in)
                            .flatMap(i -> IntStream.range(0, area).map(p -> (p * in + i) * out + o)));
        }
    }
}
