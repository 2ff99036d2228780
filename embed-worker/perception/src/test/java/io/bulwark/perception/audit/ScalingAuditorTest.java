package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import org.junit.jupiter.api.Test;

class ScalingAuditorTest {

    @Test
    void a_trace_fires_above_the_threshold() {
        ScalingAuditor auditor = new ScalingAuditor(0.5);

        assertThat(auditor.inspect(new ScalingTrace(0.25, 1, 9, 9, "whole"))
                        .signal()
                        .fired())
                .isFalse();
        assertThat(auditor.inspect(new ScalingTrace(0.26, 1, 9, 9, "whole")).signal())
                .isEqualTo(new Signal("image-scaling", Math.sqrt(0.26), 0.5));
        assertThat(auditor.inspect(new ScalingTrace(0.26, 1, 9, 9, "whole"))
                        .signal()
                        .fired())
                .isTrue();
    }

    @Test
    void a_threshold_that_is_no_score_is_refused() {
        assertThatThrownBy(() -> new ScalingAuditor(1.5)).hasMessageContaining("bulwark.scaling.threshold is 1.5");
    }
}
