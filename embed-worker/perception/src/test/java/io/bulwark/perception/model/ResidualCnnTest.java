package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.Answers;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TensorPlace;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import io.bulwark.perception.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The residual CNN at a size that loops can follow: 7x7 pixels, which two strides make 4x4 and 2x2. */
class ResidualCnnTest {

    private static final int SIDE = 7;
    private static final int LENGTH = 3 * SIDE * SIDE;
    private static final int IMAGES = 3;
    private static final int DIMENSION = 5;
    private static final List<Integer> DEPTHS = List.of(1, 2);
    private static final double MEAN = 0.25;
    private static final double DEVIATION = 0.5;
    private static final double STEP = 1e-6;

    @TempDir
    Path folder;

    private final Random random = new Random(3);

    private ModelPackage fresh(int channels) throws IOException {
        String config = ("{'model_type': 'residual-cnn', 'image_size': %d, 'num_channels': %d, 'depths': %s,"
                        + " 'hidden_sizes': [3, 4], 'projection_dim': %d, 'image_mean': [%s, %s, %s],"
                        + " 'image_std': [%s, %s, %s]}")
                .replace('\'', '"')
                .formatted(SIDE, channels, DEPTHS, DIMENSION, MEAN, MEAN, MEAN, DEVIATION, DEVIATION, DEVIATION);
        Path out = folder.resolve("fresh");
        new FreshPackage(config.getBytes(StandardCharsets.UTF_8), 1).write(out);
        return ModelPackage.open(out.toString());
    }

    /** The fresh package with weights of which none is zero, so that everything counts. */
    private ModelPackage random(int channels) throws IOException {
        ModelPackage fresh = fresh(channels);
        Path out = folder.resolve("random");
        try (TrainableEncoder encoder = fresh.openTrainable(options(Precision.FP32))) {
            float[] row = floats(encoder.weights().length, random::nextGaussian);
            for (int i = 0; i < row.length; i++) {
                row[i] *= 0.3f;
            }
            fresh.save(new TunedModel("random", row, encoder.tensors(), ElementType.F32, Map.of()), out);
        }
        return ModelPackage.open(out.toString());
    }

    private static PlainResidualCnn plain(TrainableEncoder encoder, int channels) {
        return PlainResidualCnn.of(encoder.weights(), encoder.tensors(), channels == 1, DEPTHS, MEAN, DEVIATION);
    }

    private EncoderOptions options(Precision precision) {
        return EncoderOptions.defaults().withThreads(1).withPrecision(precision).withCache(folder.resolve("cache"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void embeddingsAndGradientsByPixelsAreThoseOfPlainLoops(int channels) throws IOException {
        ModelPackage model = random(channels);
        float[] pixels = floats(IMAGES * LENGTH, random::nextDouble);
        float[] cotangent = floats(IMAGES * DIMENSION, random::nextGaussian);
        try (TrainableEncoder weights = model.openTrainable(options(Precision.FP32));
                DifferentiableEncoder encoder = model.openDifferentiable(options(Precision.FP32))) {
            PlainResidualCnn plain = plain(weights, channels);

            DifferentiableEncoder.Gradient found = encoder.gradient(pixels, IMAGES, cotangent);

            assertThat(found.embeddings()).containsExactly(embedded(plain, pixels), within(1e-5f));
            for (int image = 0; image < IMAGES; image++) {
                double[] own = picture(pixels, image);
                double[] weight = doubles(Arrays.copyOfRange(cotangent, image * DIMENSION, (image + 1) * DIMENSION));
                for (int i = 0; i < LENGTH; i++) {
                    double slope = slope(own, i, varied -> dot(plain.embed(varied, SIDE, SIDE), weight));
                    assertThat((double) found.inputGradient()[image * LENGTH + i])
                            .as("picture %d, value %d", image, i)
                            .isCloseTo(slope, within(1e-4));
                }
            }
        }
    }

    @Test
    void gradientsByWeightsAreThoseOfPlainLoops() throws IOException {
        ModelPackage model = random(1);
        float[] pixels = floats(LENGTH, random::nextDouble);
        float[] cotangent = floats(DIMENSION, random::nextGaussian);
        try (TrainableEncoder encoder = model.openTrainable(options(Precision.FP32))) {
            PlainResidualCnn plain = plain(encoder, 1);

            float[] found = encoder.gradient(pixels, 1, SIDE, SIDE, answers -> new Answers(1, cotangent, new float[0]))
                    .weights();

            for (TensorPlace place : encoder.tensors()) {
                double[] values = plain.weights().get(place.name());
                for (int i = 0; i < values.length; i++) {
                    double slope = slope(
                            values, i, varied -> dot(plain.embed(doubles(pixels), SIDE, SIDE), doubles(cotangent)));
                    assertThat((double) found[place.offset() + i])
                            .as("%s, element %d", place.name(), i)
                            .isCloseTo(slope, within(1e-4));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "bf16", "fp16"})
    void whatInfersIsThePlainLoopsAtUnitLength(String precision) throws IOException {
        ModelPackage model = random(1);
        byte[] bytes = new byte[IMAGES * LENGTH];
        random.nextBytes(bytes);
        float[] pixels = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int place = i % LENGTH / 3;
            pixels[i / LENGTH * LENGTH + i % 3 * SIDE * SIDE + place] = (bytes[i] & 0xFF) / 255f;
        }
        try (TrainableEncoder weights = model.openTrainable(options(Precision.FP32));
                Encoder encoder = model.openEncoder(options(Precision.labelled(precision)))) {
            float[] wanted = embedded(plain(weights, 1), pixels);

            float[] found = encoder.embed(
                            ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), IMAGES)
                    .values();

            for (int image = 0; image < IMAGES; image++) {
                double[] unit = doubles(Arrays.copyOfRange(found, image * DIMENSION, (image + 1) * DIMENSION));
                double[] plain = doubles(Arrays.copyOfRange(wanted, image * DIMENSION, (image + 1) * DIMENSION));
                assertThat(dot(unit, unit)).isCloseTo(1, within(1e-5));
                assertThat(dot(unit, plain) / Math.sqrt(dot(plain, plain)))
                        .isGreaterThan(precision.equals("fp32") ? 1 - 1e-6 : 0.999);
            }
        }
    }

    @Test
    void aGreyOneSeesNoColour() throws IOException {
        ModelPackage model = random(1);
        float[] coloured = floats(LENGTH, random::nextDouble);
        float[] grey = new float[LENGTH];
        int area = SIDE * SIDE;
        for (int i = 0; i < LENGTH; i++) {
            grey[i] = (coloured[i % area] + coloured[area + i % area] + coloured[2 * area + i % area]) / 3;
        }
        try (DifferentiableEncoder encoder = model.openDifferentiable(options(Precision.FP32))) {
            assertThat(encoder.embed(coloured, 1)).containsExactly(encoder.embed(grey, 1), within(1e-5f));
        }
    }

    @Test
    void aFreshOneBeginsAsItsStridedConvolutionsAlone() throws IOException {
        try (TrainableEncoder encoder = fresh(1).openTrainable(options(Precision.FP32))) {
            Map<String, double[]> weights = plain(encoder, 1).weights();
            weights.forEach((name, values) -> {
                boolean zero = name.endsWith("bias") || name.endsWith("conv_1.weight");
                assertThat(Arrays.stream(values).allMatch(value -> value == 0))
                        .as(name)
                        .isEqualTo(zero);
            });
            // He et al.: the mean square is 2 over the values that a convolution adds up.
            double[] first = weights.get("stages.1.blocks.1.conv_0.weight");
            assertThat(dot(first, first) / first.length).isCloseTo(2.0 / (4 * 9), within(0.02));
        }
    }

    @Test
    void multiplicationsAreThoseOfItsConvolutionsAndItsMatrix() throws IOException {
        long stem = 16 * 9 * 3;
        long first = 16 * 9 * 2 * 3 * 3;
        long between = 4 * 9 * 3 * 4;
        long second = 4 * 9 * 2 * 2 * 4 * 4;

        assertThat(fresh(1).multiplications()).isEqualTo(stem + first + between + second + 4 * 4 * DIMENSION);
        assertThat(fresh(3).multiplications()).isEqualTo(3 * stem + first + between + second + 4 * 4 * DIMENSION);
    }

    @Test
    void missingLeftOverAndMisshapenTensorsAreNamedInOneError() throws IOException {
        fresh(1);
        Path file = folder.resolve("fresh/model.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            for (TensorInfo tensor : weights.tensors().values()) {
                switch (tensor.name()) {
                    case "stages.1.blocks.1.conv_1.bias" -> writer.add("surprise", List.of(1L), new float[1]);
                    case "head.bias" -> writer.add(tensor.name(), List.of(3L), new float[3]);
                    default -> writer.add(tensor.name(), tensor.shape(), weights.floats(tensor.name()));
                }
            }
        }
        writer.write(file);

        assertThatThrownBy(() -> ModelPackage.open(folder.resolve("fresh").toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("missing 1 (stages.1.blocks.1.conv_1.bias)")
                .hasMessageContaining("left over 1 (surprise)")
                .hasMessageContaining("misshapen 1 (head.bias is [3] instead of [5])");
    }

    private static float[] embedded(PlainResidualCnn plain, float[] pixels) {
        float[] embeddings = new float[IMAGES * DIMENSION];
        for (int image = 0; image < IMAGES; image++) {
            double[] embedding = plain.embed(picture(pixels, image), SIDE, SIDE);
            for (int d = 0; d < DIMENSION; d++) {
                embeddings[image * DIMENSION + d] = (float) embedding[d];
            }
        }
        return embeddings;
    }

    private static double[] picture(float[] pixels, int image) {
        return doubles(Arrays.copyOfRange(pixels, image * LENGTH, (image + 1) * LENGTH));
    }

    /** The slope of a function of these numbers by one of them, which is as it was afterwards. */
    private static double slope(double[] numbers, int index, Function<double[], Double> function) {
        double before = numbers[index];
        numbers[index] = before + STEP;
        double above = function.apply(numbers);
        numbers[index] = before - STEP;
        double below = function.apply(numbers);
        numbers[index] = before;
        return (above - below) / (2 * STEP);
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static float[] floats(int count, DoubleSupplier numbers) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) numbers.getAsDouble();
        }
        return floats;
    }
}
