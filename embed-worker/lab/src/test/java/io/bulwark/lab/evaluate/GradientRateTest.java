package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.evaluate.OpenedEncoder.GradientRate;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradientRateTest {

    @TempDir
    Path folder;

    @Test
    void theBestBatchIsTheOneWithTheMostPicturesAndCostsByIt() {
        GradientRate rate = new GradientRate(Map.of(1, 20.0, 8, 40.0, 16, 30.0));

        assertThat(rate.best()).isEqualTo(8);
        assertThat(rate.cost(4000)).isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void everyBatchAskedForIsMeasured() {
        try (DifferentiableEncoder network = ModelPackage.open("../perception/src/test/resources/golden/vit_a")
                .openDifferentiable(EncoderOptions.defaults().withThreads(1).withCache(folder))) {
            GradientRate rate = GradientRate.measure(network, List.of(1, 2));

            assertThat(rate.picturesPerSecond()).containsOnlyKeys(1, 2);
            assertThat(rate.picturesPerSecond().values()).allMatch(one -> one > 0);
        }
    }
}
