package io.bulwark.perception.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.bulwark.perception.encoder.EncoderOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainMobileNetV2Test {

    private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withThreads(1);

    @Test
    void aPictureIsAnsweredAloneAsItIsInABatch() {
        try (PlainMobileNetV2 plain = new PlainMobileNetV2(OPTIONS);
                NDManager memory = NDManager.newBaseManager("PyTorch")) {
            NDArray batch = memory.randomUniform(0, 1, new Shape(2, 3, 64, 64));

            float[] both = plain.embed(batch);
            float[] second = plain.embed(batch.get("1:2"));

            assertThat(both).hasSize(2 * PlainMobileNetV2.DIMENSION);
            assertThat(second)
                    .usingComparatorWithPrecision(1e-3f)
                    .containsExactly(Arrays.copyOfRange(both, PlainMobileNetV2.DIMENSION, both.length));
            // ReLU6 and the mean: an answer that is not all zeros or all sixes went through the network.
            assertThat(Arrays.stream(toDoubles(second)).distinct().count()).isGreaterThan(100);
            assertThat(Arrays.stream(toDoubles(second)).boxed()).allMatch(value -> value >= 0 && value <= 6);
        }
    }

    @Test
    void nothingIsLeftInMemoryAfterACall() {
        try (PlainMobileNetV2 plain = new PlainMobileNetV2(OPTIONS);
                NDManager memory = NDManager.newBaseManager("PyTorch")) {
            NDArray picture = memory.zeros(new Shape(1, 3, 32, 32));
            int before = memory.getManagedArrays().size();

            plain.embed(picture);

            assertThat(memory.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void everySizeHasARate() {
        try (PlainMobileNetV2 plain = new PlainMobileNetV2(OPTIONS)) {
            Map<Integer, Double> rates = plain.imagesPerSecond(32, List.of(1, 4), Duration.ofMillis(1));

            assertThat(rates).containsOnlyKeys(1, 4);
            assertThat(rates.values()).allMatch(rate -> rate > 0 && Double.isFinite(rate));
        }
    }

    private static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }
}
