package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.audit.TwinAuditor.Drift;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftTest {

    @Test
    void embeddingsThatAgreeHaveNoneAndThoseAtRightAnglesHaveOne() {
        List<Double> drifts = Drift.byView(
                List.of(new float[] {1, 0}, new float[] {1, 0}, new float[] {0.6f, 0.8f}),
                List.of(new float[] {1, 0}, new float[] {0, 1}, new float[] {0.8f, 0.6f}));

        assertThat(drifts).hasSize(3);
        assertThat(drifts.get(0)).isZero();
        assertThat(drifts.get(1)).isEqualTo(1, within(1e-12));
        assertThat(drifts.get(2)).isEqualTo(0.04, within(1e-6));
    }

    @Test
    void oppositeEmbeddingsDriftNoMoreThanOne() {
        assertThat(Drift.byView(List.of(new float[] {1, 0}), List.of(new float[] {-1, 0})))
                .containsExactly(1.0);
    }

    @Test
    void differentDimensionsHaveNoDistance() {
        assertThat(Drift.byView(List.of(new float[] {1, 0}), List.of(new float[] {1, 0, 0})))
                .isEmpty();
    }

    @Test
    void aTwinThatSawOtherViewsIsAnError() {
        assertThatThrownBy(() -> Drift.byView(List.of(new float[] {1}, new float[] {1}), List.of(new float[] {1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 views")
                .hasMessageContaining("2");
    }
}
