package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import io.bulwark.service.pipeline.Warmth.WarmPair;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WarmPairTest {

    @Test
    void alone_an_encoder_does_what_it_was_measured_to_do() {
        WarmEncoder encoder = new WarmEncoder(null, Map.of(1, 100.0, 4, 300.0));

        assertThat(new WarmPair(encoder, Optional.empty()).viewsPerSecond()).isEqualTo(Map.of(1, 100.0, 4, 300.0));
    }

    @Test
    void with_a_twin_each_view_takes_the_time_of_both() {
        WarmEncoder encoder = new WarmEncoder(null, Map.of(1, 100.0, 4, 300.0, 8, 200.0));
        WarmEncoder twin = new WarmEncoder(null, Map.of(1, 100.0, 4, 150.0));

        Map<Integer, Double> both = new WarmPair(encoder, Optional.of(twin)).viewsPerSecond();

        assertThat(both).containsOnlyKeys(1, 4);
        assertThat(both.get(1)).isEqualTo(50, within(1e-9));
        assertThat(both.get(4)).isEqualTo(100, within(1e-9));
    }
}
