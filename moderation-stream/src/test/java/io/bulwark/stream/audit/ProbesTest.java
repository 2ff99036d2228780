package io.bulwark.stream.audit;

import static io.bulwark.stream.testing.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Signal;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import io.bulwark.stream.audit.AuditTally.ProbeTally;
import io.bulwark.stream.testing.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbesTest {

    private static final AttackAudit PROBE = Samples.audit("i")
            .setSignals(List.of(new Signal("robustness-probe", 1.0, 0.5, true)))
            .setEvidence(Map.of("goal", "evade", "epsilon", "8/255", "attack", "apgd", "scoreAfter", "0.1"))
            .setDetectedAt(NOON.plusSeconds(9))
            .build();

    @Test
    void aProbeIsKnownByItsSignal() {
        assertThat(ProbeAudits.isOne(PROBE)).isTrue();
        assertThat(ProbeAudits.isOne(Samples.audit("i").build())).isFalse();
    }

    @Test
    void nothingIsKeptThatAnErasureWouldHaveToFind() {
        AttackAudit kept = ProbeTally.kept(
                AttackAudit.newBuilder(PROBE).setContentSha256("ab12").build(), NOON);
        assertThat(kept.getContentSha256()).isNull();
        assertThat(kept.getImageId()).isNotEqualTo("i");
        assertThat(kept.getUploaderId()).isEqualTo("bulwark-red-team");
        assertThat(kept.getEvidence()).containsOnlyKeys("goal", "epsilon", "attack");
        assertThat(kept.getPerceptualKey()).isEmpty();
        assertThat(kept.getSignals()).isEqualTo(PROBE.getSignals());
    }

    @Test
    void theSameImageIsTheSameAgainAndNoProbeIsFromTheFuture() {
        assertThat(ProbeTally.kept(PROBE, NOON).getImageId())
                .isEqualTo(ProbeTally.kept(PROBE, NOON.plusSeconds(60)).getImageId());
        assertThat(ProbeTally.kept(PROBE, NOON).getDetectedAt()).isEqualTo(NOON);
    }
}
