package io.bulwark.service.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.perception.audit.Testimony;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.image.DecodeResult;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.service.telemetry.Step;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictWriterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");

    private final VerdictWriter writer = new VerdictWriter(
            new Provenance("model", "preprocess", "policy", "worker-1"), Clock.fixed(NOW, ZoneOffset.UTC));
    private final UploadFacts facts =
            new UploadFacts("image", "uploader", "tenant", new RecordCoordinates("images.uploaded", 1, 2L));
    private final Timings timings = new Timings();

    @Test
    void a_refusal_scores_one_and_says_why() {
        timings.add(Step.FETCH, 12);
        Verdict verdict =
                writer.refused(facts, Reason.CORRUPT_IMAGE, "It ends early", Optional.of("abc"), "bank-1", timings);

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
        assertThat(writer.refused(facts, Reason.FETCH_FAILED, "x", Optional.empty(), "bank-1", timings)
                        .getContentSha256())
                .isNull();
    }

    @Test
    void a_long_detail_is_cut_to_a_sentence() {
        String detail = writer.refused(facts, Reason.OTHER, "x".repeat(10_000), Optional.empty(), "", timings)
                .getReasonDetail();

        assertThat(detail).hasSize(VerdictWriter.MAX_DETAIL_CHARS).endsWith("…");
    }

    @ParameterizedTest
    @CsvSource({
        "SAFE, , SAFE, ",
        "NSFW, , NSFW, ",
        "REVIEW, UNCERTAIN, REVIEW, UNCERTAIN",
        "REVIEW, UNFAMILIAR, REVIEW, UNFAMILIAR"
    })
    void a_judgement_is_told_in_the_words_of_the_schema(
            Judgement.Outcome outcome, Judgement.Doubt doubt, Decision decision, Reason reason) {
        Verdict verdict = judged(new Judgement(outcome, Optional.ofNullable(doubt), 0.5, 0.1, List.of(0.5, 0.25), 0));

        assertThat(verdict.getDecision()).isEqualTo(decision);
        assertThat(verdict.getReason()).isEqualTo(reason);
        assertThat(verdict.getScore()).isEqualTo(0.5);
        assertThat(verdict.getMargin()).isEqualTo(0.1);
        assertWritable(verdict);
    }

    @Test
    void every_view_keeps_its_score_its_neighbours_and_its_classes() {
        Verdict verdict =
                judged(new Judgement(Judgement.Outcome.NSFW, Optional.empty(), 0.9, 0.3, List.of(0.9, 0.25), 0));

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
        Verdict verdict = judged(new Judgement(Judgement.Outcome.SAFE, Optional.empty(), 0, 0.4, List.of(0.0, 0.0), 0));

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
    void the_twin_s_score_is_there_where_a_twin_spoke() {
        Judgement safe = new Judgement(Judgement.Outcome.SAFE, Optional.empty(), 0, 0.4, List.of(0.0, 0.0), 0);

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
                new Testimony(
                        judgement,
                        List.of(
                                new Opinion("whole", List.of(new Neighbour("r1", "nsfw", 0.9f)), Map.of("Neutral", 1f)),
                                new Opinion("tile-1", List.of(new Neighbour("r2", "safe", 0.8f)), Map.of()))),
                twinScore,
                List.of("0:abcd"),
                "bank-1",
                timings);
    }

    private static void assertWritable(Verdict verdict) {
        byte[] bytes = new EventSerializer<>(Verdict.class).serialize("moderation.verdicts", verdict);
        assertThat(new EventDeserializer<>(Verdict.class).deserialize("moderation.verdicts", bytes))
                .isEqualTo(verdict);
    }
}
