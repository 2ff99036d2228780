package io.bulwark.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpositionTest {

    @Test
    void labelsAndValuesOfAllSamplesComeTogether() {
        Exposition read = Exposition.of(
                "# TYPE a counter\na{x=\"1\",y=\"u, v=\\\"w\\\"}\"} 3.0\na{x=\"2\"} NaN\n\nb 1e-3 1700000000000\n",
                "c{} 1");
        assertThat(read.metrics())
                .isEqualTo(Map.of(
                        "a",
                        Map.of("x", Set.of("1", "2"), "y", Set.of("u, v=\\\"w\\\"}")),
                        "b",
                        Map.of(),
                        "c",
                        Map.of()));
    }

    @Test
    void whatIsNoSampleIsNotPassedOver() {
        assertThatThrownBy(() -> Exposition.of("<html>")).hasMessageContaining("<html>");
    }
}
