package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Signal;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A picture that hides another one is judged as it is seen, and the audit says what it hides. */
class ScalingPipelineTest extends PipelineFixture {

    @Test
    void a_trace_above_the_threshold_is_an_audit_and_the_verdict_stands() {
        scaling = Optional.of(new ScalingTrace(0.64, 1, 224, 223, "whole"));
        start(1);
        Outcome.Answered answered = answered(submit(upload("hides", 10)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.SAFE);
        assertThat(answered.audits()).hasSize(1);
        AttackAudit audit = answered.audits().get(0);
        assertThat(audit.getKind()).isEqualTo(AttackKind.IMAGE_SCALING);
        assertThat(audit.getSignals()).containsExactly(new Signal("image-scaling", 0.8, 0.3, true));
        assertThat(audit.getFusedScore()).isEqualTo(0.8);
        assertThat(audit.getEvidence())
                .isEqualTo(Map.of("spectrum", "0.6400", "downAndUp", "1.0000", "hidden", "224x223"));
        assertThat(audit.getView()).isEqualTo("whole");
        assertThat(audit.getImageId()).isEqualTo(answered.verdict().getImageId());
        assertThat(audit.getContentSha256())
                .isNotNull()
                .isEqualTo(answered.verdict().getContentSha256());
        assertThat(audit.getDecision()).isEqualTo(Decision.SAFE);
    }

    @Test
    void a_trace_at_the_threshold_is_none() {
        scaling = Optional.of(new ScalingTrace(0.3, 0.3, 224, 223, "whole"));
        start(1);

        assertThat(answered(submit(upload("fine", 10))).audits()).isEmpty();
    }
}
