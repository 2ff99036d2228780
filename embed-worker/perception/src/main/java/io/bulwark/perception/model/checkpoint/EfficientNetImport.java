package io.bulwark.perception.model.checkpoint;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.PackageManifest;
import io.bulwark.perception.model.family.EfficientNetLite0;
import io.bulwark.perception.model.family.EfficientNetLite0.Convolution;
import io.bulwark.perception.pickle.TorchFile.PickleException;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import io.bulwark.perception.safetensors.TensorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * EfficientNet-Lite0 as a package: a state dict under the names of the PyTorch port (lukemelas, {@code
 * efficientnet_lite_pytorch}), whose BatchNorm is folded into weights and biases, or one that is folded already, under the
 * names of {@link EfficientNetLite0}.
 *
 * @param weights of {@code torch.save} or safetensors
 * @param side of what the encoder sees in pixels, a multiple of {@value EfficientNetLite0#MULTIPLE}
 * @param classifier whether the linear classifier behind the embedding is kept, where the file has one
 * @param store how the weights are stored: F32, F16 or BF16
 */
public record EfficientNetImport(Path weights, int side, boolean classifier, ElementType store) {

    /** Of BatchNorm, as TensorFlow trained it; the port sets the same. */
    private static final double EPSILON = 1e-3;

    /** Of TensorFlow Lite: (pixel - 127) / 128. */
    private static final float MEAN = (float) (127 / 255.0);

    private static final float DEVIATION = (float) (128 / 255.0);

    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";
    private static final String MEANS = ".running_mean";
    private static final String VARIANCES = ".running_var";
    private static final String COUNTER = ".num_batches_tracked";
    private static final String CLASSES = "classes";
    private static final String PUBLISHED_CLASSES = "_fc";

    /**
     * Writes the package: weights as safetensors and a manifest.
     *
     * @param folder made if missing; its name is the package's
     * @throws ModelPackageException if the file is not what it has to be; the message names it and what is wrong
     * @throws IOException if it cannot be read or written
     */
    public void write(Path folder) throws IOException {
        try (TensorFile file = CheckpointImport.open(weights)) {
            TowerTensors tensors = TowerTensors.of(file);
            boolean folded = tensors.stored().containsKey("stem" + WEIGHT);
            String head = folded ? CLASSES : PUBLISHED_CLASSES;
            int classes = tensors.stored().containsKey(head + WEIGHT)
                    ? Math.toIntExact(tensors.shape(head + WEIGHT).get(0))
                    : 0;
            PreprocessSpec seen = new PreprocessSpec(
                    side, side, side, ResizeMode.SHORTEST, Interpolation.BILINEAR, false, 0, all(MEAN), all(DEVIATION));
            EfficientNetLite0 read = new EfficientNetLite0(classes, seen);
            EfficientNetLite0 written = new EfficientNetLite0(classifier ? classes : 0, seen);
            save(folded ? copied(tensors, read, written) : withoutNorm(tensors, read, written), written, folder);
        } catch (PickleException | SafetensorsException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ModelPackageException(e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static float[] all(float value) {
        return new float[] {value, value, value};
    }

    private SafetensorsWriter copied(TowerTensors tensors, EfficientNetLite0 read, EfficientNetLite0 written)
            throws IOException {
        tensors.require("a folded " + EfficientNetLite0.NAME, read.tensors());
        SafetensorsWriter writer = new SafetensorsWriter();
        for (Map.Entry<String, List<Long>> tensor : written.tensors().entrySet()) {
            add(writer, tensor.getKey(), tensor.getValue(), tensors.floats(tensor.getKey()));
        }
        return writer;
    }

    private void add(SafetensorsWriter writer, String name, List<Long> shape, float[] values) {
        writer.add(name, store, shape, SafetensorsWriter.encode(store, values, 0, values.length));
    }

    private SafetensorsWriter withoutNorm(TowerTensors all, EfficientNetLite0 read, EfficientNetLite0 written)
            throws IOException {
        Map<String, String> kept = new HashMap<>(all.stored());
        kept.keySet().removeIf(name -> name.endsWith(COUNTER));
        TowerTensors tensors = new TowerTensors(all.file(), kept);
        tensors.require("an " + EfficientNetLite0.NAME + " with BatchNorm", published(read));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (Convolution convolution : EfficientNetLite0.convolutions()) {
            fold(tensors, convolution, writer);
        }
        if (written.classes() > 0) {
            for (String part : List.of(WEIGHT, BIAS)) {
                add(
                        writer,
                        CLASSES + part,
                        written.tensors().get(CLASSES + part),
                        tensors.floats(PUBLISHED_CLASSES + part));
            }
        }
        return writer;
    }

    /** {@code w' = w g / sqrt(v + eps)}, {@code b' = b - m g / sqrt(v + eps)}, for each output channel. */
    private void fold(TowerTensors tensors, Convolution convolution, SafetensorsWriter writer) throws IOException {
        Published names = Published.of(convolution.name());
        float[] kernels = tensors.floats(names.convolution() + WEIGHT);
        float[] gain = tensors.floats(names.norm() + WEIGHT);
        float[] bias = tensors.floats(names.norm() + BIAS);
        float[] mean = tensors.floats(names.norm() + MEANS);
        float[] variance = tensors.floats(names.norm() + VARIANCES);
        int length = kernels.length / gain.length;
        for (int channel = 0; channel < gain.length; channel++) {
            double factor = gain[channel] / Math.sqrt(variance[channel] + EPSILON);
            if (!Double.isFinite(factor)) {
                throw new ModelPackageException("%s: '%s' has the variance %s and the weight %s in channel %d"
                        .formatted(tensors.file().name(), names.norm(), variance[channel], gain[channel], channel));
            }
            for (int i = channel * length; i < (channel + 1) * length; i++) {
                kernels[i] = (float) (kernels[i] * factor);
            }
            bias[channel] = (float) (bias[channel] - mean[channel] * factor);
        }
        add(writer, convolution.name() + WEIGHT, convolution.shape(), kernels);
        add(writer, convolution.name() + BIAS, List.of((long) bias.length), bias);
    }

    /** Shapes of what the port saves, without the counters of batches. */
    private static Map<String, List<Long>> published(EfficientNetLite0 family) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (Convolution convolution : EfficientNetLite0.convolutions()) {
            Published names = Published.of(convolution.name());
            shapes.put(names.convolution() + WEIGHT, convolution.shape());
            for (String part : List.of(WEIGHT, BIAS, MEANS, VARIANCES)) {
                shapes.put(names.norm() + part, convolution.shape().subList(0, 1));
            }
        }
        for (String part : List.of(WEIGHT, BIAS)) {
            if (family.classes() > 0) {
                shapes.put(PUBLISHED_CLASSES + part, family.tensors().get(CLASSES + part));
            }
        }
        return shapes;
    }

    /** What the port calls a convolution and the BatchNorm behind it. */
    private record Published(String convolution, String norm) {

        private static final List<String> OF_A_BLOCK = List.of("expand", "depthwise", "project");

        static Published of(String name) {
            if (!name.startsWith("block_")) {
                return name.equals("stem") ? new Published("_conv_stem", "_bn0") : new Published("_conv_head", "_bn1");
            }
            int dot = name.indexOf('.');
            String block = "_blocks." + name.substring("block_".length(), dot) + ".";
            String part = name.substring(dot + 1);
            return new Published(block + "_" + part + "_conv", block + "_bn" + OF_A_BLOCK.indexOf(part));
        }
    }

    private void save(SafetensorsWriter writer, EfficientNetLite0 family, Path folder) throws IOException {
        Files.createDirectories(folder);
        writer.write(folder.resolve(PackageManifest.WEIGHTS));
        List<String> classes = new ArrayList<>(IntStream.range(0, family.classes())
                .mapToObj(number -> "class-" + number)
                .toList());
        PackageManifest manifest = new PackageManifest(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                EfficientNetLite0.NAME,
                family.input(),
                classes,
                Map.of("weights", CheckpointImport.described(weights)));
        Files.writeString(folder.resolve(PackageManifest.FILE), manifest.toJson());
    }
}
