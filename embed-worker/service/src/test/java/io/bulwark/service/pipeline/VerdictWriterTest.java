package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.LabelAction;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.LabelScore;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.Turning;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.service.pipeline.UploadInFlight.UploadFacts;
import io.bulwark.service.pipeline.VerdictWriter.Provenance;
import io.bulwark.service.telemetry.Timings;
import io.bulwark.service.telemetry.Timings.Step;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictWriterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");

    private final VerdictWriter writer = new VerdictWriter(
            new Provenance("model", "preprocess", "01234567", "worker-1"), Clock.fixed(NOW, ZoneOffset.UTC));
    private final UploadFacts facts = new UploadFacts(
            "image",
            "uploader",
            "tenant",
            new RecordCoordinates("images.uploaded", 1, 2L),
            Instant.EPOCH,
            Map.of("campaign", "spring"));
    private final Timings timings = new Timings();

    @Test
    void a_refusal_scores_one_and_says_why() {
        timings.add(Step.FETCH, 12);
        Verdict verdict = writer.refused(
                facts, Reason.CORRUPT_IMAGE, "It ends early", Optional.of("abc"), "policy", "bank-1", timings);

        assertThat(verdict.getDecision()).isEqualTo(Decision.REFUSED);
        assertThat(verdict.getReason()).isEqualTo(Reason.CORRUPT_IMAGE);
        assertThat(verdict.getReasonDetail()).isEqualTo("It ends early");
        assertThat(verdict.getScore()).isEqualTo(1);
        assertThat(verdict.getContentSha256()).isEqualTo("abc");
        assertThat(verdict.getViews()).isEmpty();
        assertThat(verdict.getTimingsMicros()).isEqualTo(Map.of("fetch", 12L));
        assertWritable(verdict);
    }

    @Test
    void where_nothing_was_fetched_there_is_no_checksum() {
        assertThat(writer.refused(facts, Reason.FETCH_FAILED, "x", Optional.empty(), "policy", "bank-1", timings)
                        .getContentSha256())
                .isNull();
    }

    @Test
    void the_key_that_chose_frames_is_named() {
        assertThat(writer.refused(facts, Reason.FETCH_FAILED, "x", Optional.empty(), "policy", "bank-1", timings)
                        .getSamplingKeyId())
                .isEqualTo("01234567");
    }

    @Test
    void a_long_detail_is_cut_to_a_sentence() {
        String detail = writer.refused(facts, Reason.OTHER, "x".repeat(10_000), Optional.empty(), "policy", "", timings)
                .getReasonDetail();

        assertThat(detail).hasSize(VerdictWriter.MAX_DETAIL_CHARS).endsWith("…");
    }

    @ParameterizedTest
    @CsvSource({
        "SAFE, , SAFE, ",
        "NSFW, , NSFW, ",
        "REVIEW, UNCERTAIN, REVIEW, UNCERTAIN",
        "REVIEW, UNFAMILIAR, REVIEW, UNFAMILIAR",
        "REVIEW, LABEL, REVIEW, LABEL_REVIEW",
        "REVIEW, PARTLY_SEEN, REVIEW, PARTLY_SEEN"
    })
    void a_judgement_is_told_in_the_words_of_the_schema(
            Judgement.Outcome outcome, Judgement.Doubt doubt, Decision decision, Reason reason) {
        Verdict verdict = judged(judgement(outcome, Optional.ofNullable(doubt), 0.5, 0.1, List.of(0.5, 0.25)));

        assertThat(verdict.getDecision()).isEqualTo(decision);
        assertThat(verdict.getReason()).isEqualTo(reason);
        assertThat(verdict.getScore()).isEqualTo(0.5);
        assertThat(verdict.getMargin()).isEqualTo(0.1);
        assertWritable(verdict);
    }

    @Test
    void every_view_keeps_its_score_its_neighbours_and_its_classes() {
        Verdict verdict = judged(judgement(Judgement.Outcome.NSFW, Optional.empty(), 0.9, 0.3, List.of(0.9, 0.25)));

        assertThat(verdict.getViews()).hasSize(2);
        assertThat(verdict.getViews().get(0).getScore()).isEqualTo(0.9);
        assertThat(verdict.getViews().get(0).getClassProbabilities()).isEqualTo(Map.of("Neutral", 1f));
        assertThat(verdict.getViews().get(1).getView()).isEqualTo("tile-1");
        assertThat(verdict.getViews().get(1).getScore()).isEqualTo(0.25);
        assertThat(verdict.getViews().get(1).getClassProbabilities()).isNull();
        assertThat(verdict.getViews().get(1).getNeighbours().get(0).getReferenceId())
                .isEqualTo("r2");
    }

    @Test
    void who_decided_by_what_and_of_which_upload_is_in_every_verdict() {
        Verdict verdict = judged(judgement(Judgement.Outcome.SAFE, Optional.empty(), 0, 0.4, List.of(0.0, 0.0)));

        assertThat(verdict.getModelFingerprint()).isEqualTo("model");
        assertThat(verdict.getPreprocessFingerprint()).isEqualTo("preprocess");
        assertThat(verdict.getPolicyVersion()).isEqualTo("policy");
        assertThat(verdict.getBankVersion()).isEqualTo("bank-1");
        assertThat(verdict.getDecidedBy().getKind()).isEqualTo(DeciderKind.WORKER);
        assertThat(verdict.getDecidedBy().getId()).isEqualTo("worker-1");
        assertThat(verdict.getDecidedAt()).isEqualTo(Instant.parse("2026-03-01T10:00:00.123Z"));
        assertThat(verdict.getUpload()).isEqualTo(new RecordCoordinates("images.uploaded", 1, 2L));
        assertThat(verdict.getTenant()).isEqualTo("tenant");
        assertThat(verdict.getPerceptualKey()).containsExactly("0:abcd");
        assertThat(verdict.getSupersedes()).isNull();
    }

    @ParameterizedTest
    @EnumSource(DecodeResult.Refusal.class)
    void every_refusal_of_the_decoder_has_its_reason(DecodeResult.Refusal refusal) {
        assertThat(VerdictWriter.reason(refusal).name()).isEqualTo(refusal.name());
    }

    @Test
    void what_was_found_is_told_label_by_label_with_what_it_would_take_to_turn_it() {
        Verdict verdict = judged(judgement(Judgement.Outcome.NSFW, Optional.empty(), 0.9, 0.3, List.of(0.9, 0.25)));

        assertThat(verdict.getLabels())
                .containsExactly(
                        new io.bulwark.events.LabelScore("nsfw", 0.9, LabelAction.FLAG),
                        new io.bulwark.events.LabelScore("safe", 0.1, LabelAction.IGNORE));
        assertThat(verdict.getDecidingLabel()).isEqualTo("nsfw");
        assertThat(verdict.getDecidingView()).isEqualTo("whole");
        assertThat(verdict.getBasis()).isEqualTo(DecisionBasis.BANK);
        assertThat(verdict.getInsertionsToTurn()).isEqualTo(3);
        assertThat(verdict.getRelabelsToTurn()).isNull();
        assertThat(verdict.getReason()).isNull();
        assertThat(verdict.getShadowDecision()).isNull();
        assertThat(verdict.getAttributes()).isEqualTo(Map.of("campaign", "spring"));
    }

    @Test
    void a_copy_of_flagged_content_says_so_and_names_what_it_is_a_copy_of() {
        Verdict verdict = judged(new Judgement(
                Judgement.Outcome.NSFW,
                Optional.empty(),
                Judgement.Basis.KNOWN_NEAR,
                1,
                0.4,
                List.of(1.0, 0.0),
                0,
                List.of(),
                Optional.of("nsfw"),
                Optional.of(new Judgement.KnownCopy("r1", "nsfw")),
                Turning.NONE));

        assertThat(verdict.getReason()).isEqualTo(Reason.KNOWN);
        assertThat(verdict.getBasis()).isEqualTo(DecisionBasis.KNOWN_NEAR);
        assertThat(verdict.getKnownReference()).isEqualTo("r1");
        assertThat(verdict.getInsertionsToTurn()).isNull();
        assertWritable(verdict);
    }

    @Test
    void what_the_shadow_policy_would_have_decided_stands_beside_what_was_decided() {
        Judgement safe = judgement(Judgement.Outcome.SAFE, Optional.empty(), 0, 0.4, List.of(0.0, 0.0));
        Judgement flagged = judgement(Judgement.Outcome.NSFW, Optional.empty(), 0.9, 0.4, List.of(0.9, 0.0));

        Verdict verdict = writer.judged(
                facts,
                "sha",
                scored(safe, Optional.of(new ScoredImage.ShadowJudgement(flagged, "shadow-1"))),
                OptionalDouble.empty(),
                List.of(),
                "bank-1",
                Optional.of(Map.of("0", 7L)),
                timings);

        assertThat(verdict.getDecision()).isEqualTo(Decision.SAFE);
        assertThat(verdict.getFlaggedOffsets()).containsExactly(Map.entry("0", 7L));
        assertThat(verdict.getShadowDecision()).isEqualTo(Decision.NSFW);
        assertThat(verdict.getShadowPolicyVersion()).isEqualTo("shadow-1");
    }

    @Test
    void the_twin_s_score_is_there_where_a_twin_spoke() {
        Judgement safe = judgement(Judgement.Outcome.SAFE, Optional.empty(), 0, 0.4, List.of(0.0, 0.0));

        assertThat(judged(safe).getCleanTwinScore()).isNull();
        assertThat(judged(safe, OptionalDouble.of(0.75)).getCleanTwinScore()).isEqualTo(0.75);
    }

    private Verdict judged(Judgement judgement) {
        return judged(judgement, OptionalDouble.empty());
    }

    private Verdict judged(Judgement judgement, OptionalDouble twinScore) {
        return writer.judged(
                facts,
                "sha",
                scored(judgement, Optional.empty()),
                twinScore,
                List.of("0:abcd"),
                "bank-1",
                Optional.empty(),
                timings);
    }

    private static ScoredImage scored(Judgement judgement, Optional<ScoredImage.ShadowJudgement> shadow) {
        return new ScoredImage(
                judgement,
                List.of(
                        new Opinion("whole", List.of(new Neighbour("r1", "nsfw", 0.9f)), Map.of("Neutral", 1f)),
                        new Opinion("tile-1", List.of(new Neighbour("r2", "safe", 0.8f)), Map.of())),
                "policy",
                shadow);
    }

    private static Judgement judgement(
            Judgement.Outcome outcome,
            Optional<Judgement.Doubt> doubt,
            double score,
            double margin,
            List<Double> viewScores) {
        return new Judgement(
                outcome,
                doubt,
                Judgement.Basis.BANK,
                score,
                margin,
                viewScores,
                0,
                List.of(new LabelScore("nsfw", 0.9, Action.FLAG), new LabelScore("safe", 0.1, Action.IGNORE)),
                Optional.of("nsfw"),
                Optional.empty(),
                new Turning(OptionalInt.of(3), OptionalInt.empty()));
    }

    private static void assertWritable(Verdict verdict) {
        try (EventSerializer<Verdict> serializer = new EventSerializer<>(Verdict.class)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            byte[] bytes = serializer.serialize("moderation.verdicts", verdict);
            assertThat(new EventDeserializer<>(Verdict.class).deserialize("moderation.verdicts", bytes))
                    .isEqualTo(verdict);
        }
    }
}
