package io.bulwark.lab.redteam;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.probe.ViewProbe.ProbeResult;
import io.bulwark.lab.probe.ViewProbe.ProbeSettings;
import io.bulwark.lab.redteam.Attacker.Attempt;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Turning;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class ProbeWriterTest {

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final EventSerializer<AttackAudit> serializer = new EventSerializer<>(AttackAudit.class);
    private final ProbeWriter writer = new ProbeWriter(
            "acme.moderation.attack-audit",
            producer,
            serializer,
            new ProbeSettings(ThreatModel.linf(4 / 255.0), 50, 1),
            "4/255");

    @Test
    void whatFellIsScoredOneAndNamesNoUploader() {
        AttackAudit audit = audit(ProbeOutcome.FELL);

        assertThat(audit.getKind()).isEqualTo(AttackKind.ROBUSTNESS_PROBE);
        assertThat(ProbeAudits.isOne(audit)).isTrue();
        assertThat(audit.getUploaderId()).isEqualTo("bulwark-red-team");
        assertThat(audit.getSignals()).singleElement().satisfies(signal -> {
            assertThat(signal.getName()).isEqualTo("robustness-probe");
            assertThat(signal.getScore()).isEqualTo(1);
            assertThat(signal.getThreshold()).isEqualTo(0.5);
            assertThat(signal.getFired()).isTrue();
        });
        assertThat(audit.getEvidence())
                .containsEntry("attack", "apgd")
                .containsEntry("norm", "linf")
                .containsEntry("epsilon", "4/255")
                .containsEntry("iterations", "50")
                .containsEntry("goal", "evade")
                .containsEntry("queries", "100")
                .containsEntry("outcome", "fell");
        assertThat(audit.getPerceptualKey()).isEmpty();
    }

    @Test
    void whatHeldOrWentToAPersonIsScoredZero() {
        for (ProbeOutcome outcome : new ProbeOutcome[] {ProbeOutcome.HELD, ProbeOutcome.REVIEW}) {
            AttackAudit audit = audit(outcome);
            assertThat(audit.getFusedScore()).isZero();
            assertThat(audit.getSignals().get(0).getFired()).isFalse();
            assertThat(audit.getEvidence()).containsEntry("outcome", outcome.label());
        }
    }

    @Test
    void whatRanOutOfTimeIsScoredBetween() {
        AttackAudit audit = audit(ProbeOutcome.OVERDUE);
        assertThat(audit.getSignals().get(0).getScore()).isEqualTo(ProbeAudits.NOT_KNOWN);
        assertThat(audit.getSignals().get(0).getFired()).isFalse();
        assertThat(audit.getEvidence()).containsEntry("outcome", "overdue").doesNotContainKey("scoreAfter");
    }

    @Test
    void itIsWrittenUnderTheImagesId() {
        Attempt attempt = attempt(ProbeOutcome.HELD);
        writer.write(attempt, attempt.result().orElseThrow(), Instant.EPOCH);

        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("acme.moderation.attack-audit");
            assertThat(new String(record.key())).isEqualTo("image");
        });
    }

    private AttackAudit audit(ProbeOutcome outcome) {
        Attempt attempt = attempt(outcome);
        return writer.audit(attempt, attempt.result().orElseThrow(), Instant.EPOCH);
    }

    private static Attempt attempt(ProbeOutcome outcome) {
        Judgement before = judgement(Judgement.Outcome.NSFW, 0.93);
        Judgement after =
                judgement(outcome == ProbeOutcome.FELL ? Judgement.Outcome.SAFE : Judgement.Outcome.NSFW, 0.2);
        return new Attempt(
                RecentVerdictsTest.verdict("image", Decision.NSFW),
                AttackGoal.EVADE,
                Optional.of(new ProbeResult(
                        outcome, before, Optional.of(after).filter(any -> outcome != ProbeOutcome.OVERDUE), 100)),
                "",
                Duration.ofSeconds(2));
    }

    private static Judgement judgement(Judgement.Outcome outcome, double score) {
        return new Judgement(
                outcome,
                Optional.empty(),
                Judgement.Basis.BANK,
                score,
                0.1,
                List.of(score),
                0,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Turning.NONE);
    }
}
