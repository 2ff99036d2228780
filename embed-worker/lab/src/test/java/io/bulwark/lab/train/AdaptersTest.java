package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.train.Adapters.Adapter;
import io.bulwark.lab.train.Adapters.Lora;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptersTest {

    private static final String GOLDEN = "../perception/src/test/resources/golden/";
    private static final int OUT = 5;
    private static final int IN = 7;
    private static final int RANK = 3;
    private static final Lora LORA = new Lora(RANK, 2, List.of());

    /** A bias, an adapted matrix, a matrix that is not, an adapted convolution of one pixel, a classifier. */
    private static final List<TensorPlace> TENSORS = List.of(
            new TensorPlace("one.bias", List.of(4L), 0, false),
            new TensorPlace("one.weight", List.of((long) OUT, (long) IN), 4, false, true),
            new TensorPlace("two.weight", List.of(2L, 3L), 39, false),
            new TensorPlace("three.weight", List.of(3L, 2L, 1L, 1L), 45, false, true),
            new TensorPlace("three.depthwise", List.of(2L, 1L, 3L, 3L), 51, false),
            new TensorPlace("head.weight", List.of(2L, 2L), 69, true));

    private static final int WEIGHTS = 73;

    private final Random random = new Random(8);

    private float[] noise(int length) {
        float[] noise = new float[length];
        for (int i = 0; i < length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noise;
    }

    private static List<String> names(Adapters adapters) {
        return adapters.adapters().stream().map(one -> one.tensor().name()).toList();
    }

    private static List<TensorPlace> tensors(String model) {
        try (TrainableEncoder encoder = ModelPackage.open(model).openTrainable(EncoderOptions.defaults())) {
            return encoder.tensors();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vit_a, 'transformer\\.resblocks\\.\\d+\\.attn\\.in_proj_weight'",
        "dino_a, 'encoder\\.layer\\.\\d+\\.attention\\.attention\\.(query|key|value)\\.weight'",
        "convnext_a, 'trunk\\.stages\\.\\d\\.blocks\\.\\d\\.mlp\\.fc[12]\\.weight'"
    })
    void publishedEncodersAreAdaptedWhereThePapersAdaptThem(String model, String adapted) {
        List<TensorPlace> tensors = tensors(GOLDEN + model);

        assertThat(names(Adapters.on(tensors, LORA)))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(tensors.stream()
                        .map(TensorPlace::name)
                        .filter(name -> name.matches(adapted))
                        .toList());
    }

    @Test
    void aMobileNetIsAdaptedAtItsConvolutionsOfOnePixelButNotAtItsClassifier() {
        List<TensorPlace> tensors = tensors(ModelPackage.CLASSIFIER);

        assertThat(names(Adapters.on(tensors, LORA)))
                .containsExactlyInAnyOrderElementsOf(tensors.stream()
                        .filter(tensor -> tensor.shape().size() == 4)
                        .filter(tensor -> tensor.shape().get(2) == 1)
                        .map(TensorPlace::name)
                        .toList())
                .hasSize(34);
        assertThatThrownBy(() -> Adapters.on(tensors, new Lora(RANK, 2, List.of("head.dense"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matricesCanBeNamedInstead() {
        assertThat(names(Adapters.on(TENSORS, LORA))).containsExactly("one.weight", "three.weight");
        assertThat(names(Adapters.on(TENSORS, new Lora(RANK, 2, List.of("two", "three")))))
                .as("whatever is asked for, a depthwise convolution is no matrix")
                .containsExactly("two.weight", "three.weight");
    }

    @Test
    void namesThatNoMatrixBearsAreAnErrorThatSaysWhatThereIs() {
        assertThatThrownBy(() -> Adapters.on(TENSORS, new Lora(RANK, 2, List.of("qkv"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[qkv]")
                .hasMessageContaining("[one.weight, two.weight, three.weight]");
    }

    @Test
    void freshAdaptersChangeNothingThoughTheirFirstFactorIsDrawn() {
        Adapters adapters = Adapters.on(TENSORS, LORA);
        float[] frozen = noise(WEIGHTS);
        float[] merged = frozen.clone();

        float[] factors = adapters.fresh(4);
        adapters.merge(factors, frozen, merged);

        assertThat(merged).isEqualTo(frozen);
        Adapter first = adapters.adapters().get(0);
        for (int i = 0; i < first.length(); i++) {
            double bound = i < first.a().length() ? 1 / Math.sqrt(IN) : 0;
            assertThat((double) factors[i]).isBetween(-bound, bound);
            assertThat(factors[i] != 0).isEqualTo(i < first.a().length());
        }
        assertThat(adapters.fresh(4)).isEqualTo(factors);
        assertThat(adapters.fresh(5)).isNotEqualTo(factors);
    }

    @Test
    void mergingAddsTheScaledProductAndTouchesNothingElse() {
        Adapters adapters = Adapters.on(TENSORS, LORA);
        float[] frozen = noise(WEIGHTS);
        float[] merged = frozen.clone();
        float[] factors = noise(adapters.length());

        // A second time: what was merged before must not be added to.
        adapters.merge(noise(adapters.length()), frozen, merged);
        adapters.merge(factors, frozen, merged);

        double[] expected = new double[WEIGHTS];
        for (int i = 0; i < WEIGHTS; i++) {
            expected[i] = frozen[i] + change(adapters, factors, i);
        }
        for (int i = 0; i < WEIGHTS; i++) {
            assertThat((double) merged[i]).as("weight %d", i).isCloseTo(expected[i], within(1e-5));
            if (!isAdapted(adapters, i)) {
                assertThat(merged[i]).isEqualTo(frozen[i]);
            }
        }
    }

    private static boolean isAdapted(Adapters adapters, int weight) {
        return adapters.adapters().stream()
                .map(Adapter::tensor)
                .anyMatch(tensor -> weight >= tensor.offset() && weight < tensor.offset() + tensor.length());
    }

    /** {@code 2/3 (B A)} at one weight, from the definition. */
    private static double change(Adapters adapters, float[] factors, int weight) {
        for (Adapter adapter : adapters.adapters()) {
            TensorPlace tensor = adapter.tensor();
            int in = Math.toIntExact(tensor.shape().get(1));
            int inside = weight - tensor.offset();
            if (inside >= 0 && inside < tensor.length()) {
                double sum = 0;
                for (int k = 0; k < RANK; k++) {
                    sum += (double) factors[adapter.b().offset() + inside / in * RANK + k]
                            * factors[adapter.a().offset() + k * in + inside % in];
                }
                return 2.0 / RANK * sum;
            }
        }
        return 0;
    }

    @Test
    void slopesByTheFactorsAreThoseOfTheirProduct() {
        Adapters adapters = Adapters.on(TENSORS, LORA);
        float[] byWeights = noise(WEIGHTS);
        float[] factors = noise(adapters.length());

        float[] found = adapters.pullBack(factors, byWeights);

        // The sum of slope times weight is linear in each factor, so a difference of one is exact.
        for (int i = 0; i < factors.length; i++) {
            double before = dot(adapters, factors, byWeights);
            factors[i] += 1;
            double after = dot(adapters, factors, byWeights);
            factors[i] -= 1;
            assertThat((double) found[i]).as("factor %d", i).isCloseTo(after - before, within(1e-4));
        }
    }

    private static double dot(Adapters adapters, float[] factors, float[] byWeights) {
        double sum = 0;
        for (int i = 0; i < WEIGHTS; i++) {
            sum += byWeights[i] * change(adapters, factors, i);
        }
        return sum;
    }

    @Test
    void impossibleAdaptersAreRefused() {
        assertThatThrownBy(() -> new Lora(0, 1, List.of())).hasMessageContaining("rank 0");
        assertThatThrownBy(() -> new Lora(1, 0, List.of())).hasMessageContaining("alpha 0.0");
        assertThatThrownBy(() -> new Lora(1, Double.NaN, List.of())).hasMessageContaining("alpha NaN");
    }
}
