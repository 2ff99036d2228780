package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Signal;
import io.bulwark.events.Verdict;
import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinAuditor.TwinFinding;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.Turning;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.SampleEvents;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AuditWriterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123Z");

    private final ScoredImage robust = scored(Judgement.Outcome.NSFW, 0.96, "nsfw");
    private final ScoredImage clean = scored(Judgement.Outcome.SAFE, 0.04, "safe");
    private final AuditWriter writer = new AuditWriter("twin-model");

    @Test
    void an_audit_has_both_scores_both_decisions_and_both_neighbour_lists_of_the_contested_view() {
        AttackAudit audit = audit(OptionalDouble.of(0.43219));

        assertThat(audit.getKind()).isEqualTo(AttackKind.TWIN_DISAGREEMENT);
        assertThat(audit.getView()).isEqualTo("tile-1");
        assertThat(audit.getRobustScore()).isEqualTo(0.96);
        assertThat(audit.getCleanScore()).isEqualTo(0.04);
        assertThat(audit.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(audit.getCleanDecision()).isEqualTo(Decision.SAFE);
        assertThat(audit.getRobustNeighbours())
                .containsExactly(new io.bulwark.events.Neighbour("nsfw-of-tile", "nsfw", 0.8f, "border"));
        assertThat(audit.getCleanNeighbours())
                .containsExactly(new io.bulwark.events.Neighbour("safe-of-tile", "safe", 0.8f, "border"));
        assertThat(audit.getTwinFingerprint()).isEqualTo("twin-model");
        assertThat(audit.getSignals()).containsExactly(new Signal("twin-disagreement", 0.4, 0.25, true));
        assertThat(audit.getFusedScore()).isEqualTo(0.4);
        assertThat(audit.getEvidence()).isEqualTo(Map.of("unanimity", "0.8500", "gap", "0.9200", "drift", "0.4322"));
    }

    @Test
    void whose_it_is_and_where_it_was_uploaded_is_the_verdict_s() {
        AttackAudit audit = audit(OptionalDouble.of(0.4));

        assertThat(audit.getImageId()).isEqualTo("image");
        assertThat(audit.getUploaderId()).isEqualTo("uploader");
        assertThat(audit.getTenant()).isEqualTo("tenant");
        assertThat(audit.getModelFingerprint()).isEqualTo("model");
        assertThat(audit.getPerceptualKey()).containsExactly("0:abcd");
        assertThat(audit.getUpload()).isEqualTo(new RecordCoordinates("images.uploaded", 1, 2L));
        assertThat(audit.getDetectedAt()).isEqualTo(NOW);
    }

    @Test
    void twins_of_different_dimension_leave_no_drift() {
        AttackAudit audit = audit(OptionalDouble.empty());

        assertThat(audit.getEvidence()).containsOnlyKeys("unanimity", "gap");
        EventSerializer<AttackAudit> newest = new EventSerializer<>(AttackAudit.class);
        newest.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        byte[] bytes = newest.serialize("moderation.attack-audit", audit);
        assertThat(new EventDeserializer<>(AttackAudit.class).deserialize("moderation.attack-audit", bytes))
                .isEqualTo(audit);
    }

    private AttackAudit audit(OptionalDouble drift) {
        TwinFinding finding = new TwinFinding(
                new io.bulwark.perception.audit.Signal("twin-disagreement", 0.4, 0.25),
                new Disagreement(1, 0.85, 0.92, drift, 1));
        return writer.twinDisagreement(verdict(), finding, robust, clean, OptionalDouble.empty());
    }

    private static ScoredImage scored(Judgement.Outcome outcome, double score, String label) {
        return new ScoredImage(
                new Judgement(
                        outcome,
                        Optional.empty(),
                        Judgement.Basis.BANK,
                        score,
                        0.3,
                        List.of(0.5, score),
                        1,
                        List.of(),
                        Optional.of(label),
                        Optional.empty(),
                        Turning.NONE),
                List.of(
                        new Opinion("whole", List.of(new Neighbour(label + "-of-whole", label, 0.9f)), Map.of()),
                        new Opinion(
                                "tile-1",
                                List.of(new Neighbour(label + "-of-tile", label, 0.8f, Optional.of("border"), 0.7f)),
                                Map.of())),
                "policy",
                Optional.empty());
    }

    private static Verdict verdict() {
        return SampleEvents.verdictOn("image", Decision.NSFW)
                .setUploaderId("uploader")
                .setTenant("tenant")
                .setScore(0.96)
                .setPerceptualKey(List.of("0:abcd"))
                .setUpload(new RecordCoordinates("images.uploaded", 1, 2L))
                .setDecidedAt(NOW)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker"))
                .build();
    }
}
