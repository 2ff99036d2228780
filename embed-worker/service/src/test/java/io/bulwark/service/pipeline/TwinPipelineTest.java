package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import io.bulwark.perception.audit.TwinSample;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A twin in the pipeline: its word is an addition, and its silence costs nothing, unless it holds back SAFE. */
class TwinPipelineTest extends PipelineFixture {

    @Test
    void a_twin_whose_answer_is_none_is_silent_of_that_image_alone() {
        startWithTwin(1);
        List<UploadInFlight> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(submit(upload("image-" + i, i % 2 == 0 ? 250 : BrightnessEncoder.BREAKS_TWIN)));
        }

        for (int i = 0; i < all.size(); i++) {
            Verdict verdict = verdict(all.get(i));
            assertThat(verdict.getDecision()).isEqualTo(Decision.NSFW);
            assertThat(verdict.getCleanTwinScore() != null).isEqualTo(i % 2 == 0);
        }
        assertThat(silent()).isEqualTo(20);
    }

    @Test
    void a_twin_that_agrees_adds_its_score_and_nothing_else() {
        startWithTwin(1);
        Outcome.Answered answered = answered(submit(upload("bright", 250)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.NSFW);
        assertThat(answered.verdict().getCleanTwinScore()).isGreaterThan(0.9);
        assertThat(answered.verdict().getTimingsMicros()).containsKey("twin");
        assertThat(answered.audits()).isEmpty();
        assertThat(silent()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void a_twin_that_is_fooled_makes_an_audit_with_both_sides_of_the_contested_view(int twinSize) {
        startWithTwin(twinSize);
        Outcome.Answered answered = answered(submit(upload("attacked", 10, BrightnessEncoder.FOOLS_TWIN, 11)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.NSFW);
        assertThat(answered.verdict().getCleanTwinScore()).isLessThan(0.1);
        assertThat(answered.audits()).hasSize(1);
        AttackAudit audit = answered.audits().get(0);
        assertThat(audit.getKind()).isEqualTo(AttackKind.TWIN_DISAGREEMENT);
        assertThat(audit.getImageId()).isEqualTo("attacked");
        assertThat(audit.getView()).isEqualTo("view-1");
        assertThat(audit.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(audit.getCleanDecision()).isEqualTo(Decision.SAFE);
        assertThat(audit.getRobustScore()).isGreaterThan(0.9);
        assertThat(audit.getCleanScore()).isEqualTo(answered.verdict().getCleanTwinScore());
        assertThat(audit.getRobustNeighbours().get(0).getReferenceId()).isEqualTo("bright");
        assertThat(audit.getCleanNeighbours().get(0).getReferenceId()).isEqualTo("dark");
        assertThat(audit.getSignals().get(0).getFired()).isTrue();
        assertThat(audit.getSignals().get(0).getScore()).isGreaterThan(0.5);
    }

    /** Half of the files are drawn, whatever the uploader and the number of uploads. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void a_twin_that_is_asked_about_some_sees_the_drawn_ones_and_what_is_suspicious(int twinSize) {
        twinSample = new TwinSample(0.5, SamplingKey.publicKey());
        startWithTwin(twinSize);
        List<UploadInFlight> all = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            all.add(submit(upload("image-" + i, 226 + i, 227 + i)));
        }
        long asked = all.stream()
                .filter(upload -> verdict(upload).getCleanTwinScore() != null)
                .count();
        assertThat(asked).isBetween(4L, 24L);
        assertThat(silent()).isZero();

        scaling = Optional.of(new ScalingTrace(0.9, 0.9, 224, 223, "whole"));
        for (int i = 0; i < 10; i++) {
            assertThat(verdict(submit(upload("suspicious-" + i, 226 + i, 227 + i)))
                            .getCleanTwinScore())
                    .isNotNull();
        }
    }

    /** Else an uploader whose images all end near a threshold would have each worker pay for two encoders. */
    @Test
    void an_uploader_whose_every_upload_is_suspicious_does_not_switch_the_twin_on_for_all() {
        twinSample = new TwinSample(1e-9, SamplingKey.publicKey());
        startWithTwin(1);
        scaling = Optional.of(new ScalingTrace(0.9, 0.9, 224, 223, "whole"));
        List<UploadInFlight> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(submit(upload("suspicious-" + i, 110 + i, 111 + i)));
        }

        assertThat(all.stream()
                        .filter(upload -> verdict(upload).getCleanTwinScore() != null)
                        .count())
                .isEqualTo(60);
        assertThat(meters.counter("bulwark.twin.beyond.budget").count()).isEqualTo(40);
    }

    /** Else a harmless pattern would have the twin see every upload of an account. */
    @Test
    void a_trace_below_the_threshold_is_not_suspicious() {
        twinSample = new TwinSample(1e-9, SamplingKey.publicKey());
        startWithTwin(1);
        scaling = Optional.of(new ScalingTrace(0.001, 0.001, 224, 223, "whole"));

        assertThat(verdict(submit(upload("harmless", 226, 227))).getCleanTwinScore())
                .isNull();
    }

    @Test
    void a_twin_that_is_asked_late_finds_what_it_finds_beside_the_encoder() {
        twinSample = new TwinSample(0.999999, SamplingKey.publicKey());
        startWithTwin(1);
        Outcome.Answered answered = answered(submit(upload("attacked", 10, BrightnessEncoder.FOOLS_TWIN, 11)));

        assertThat(answered.audits()).hasSize(1);
        assertThat(answered.audits().get(0).getKind()).isEqualTo(AttackKind.TWIN_DISAGREEMENT);
        assertThat(answered.verdict().getTimingsMicros()).containsKey("twin");
    }

    @Test
    void a_twin_that_fails_costs_its_word_and_never_the_verdict() {
        startWithTwin(1);
        twinFailures.set(1);
        Outcome.Answered answered = answered(submit(upload("attacked", BrightnessEncoder.FOOLS_TWIN)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.NSFW);
        assertThat(answered.verdict().getCleanTwinScore()).isNull();
        assertThat(answered.audits()).isEmpty();
        assertThat(silent()).isEqualTo(1);
        assertThat(pipeline.failure()).isEmpty();
    }

    @Test
    void a_twin_without_a_bank_is_silent() {
        startWithTwin(1);
        twinShelf.put(MatrixBank.of("twin", List.of()), new Readiness.Unusable("bank is empty"));
        Outcome.Answered answered = answered(submit(upload("attacked", BrightnessEncoder.FOOLS_TWIN)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.NSFW);
        assertThat(answered.audits()).isEmpty();
        assertThat(silent()).isEqualTo(1);
    }

    @Test
    void a_twin_whose_bank_is_broken_is_silent() {
        startWithTwin(1);
        twinShelf.put(
                MatrixBank.of("twin", List.of(new LabelledEmbedding("of three", "nsfw", new float[] {1, 0, 0}))),
                new Readiness.Usable("of another dimension"));
        Outcome.Answered answered = answered(submit(upload("attacked", BrightnessEncoder.FOOLS_TWIN)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.NSFW);
        assertThat(silent()).isEqualTo(1);
    }

    @Test
    void of_a_pair_both_must_say_safe_and_the_encoder_alone_says_nsfw() {
        heldPerHour = OptionalInt.of(10);
        startWithTwin(1);
        Outcome.Answered held = answered(submit(upload("held", BrightnessEncoder.ALARMS_TWIN)));

        assertThat(held.verdict())
                .returns(Decision.REVIEW, Verdict::getDecision)
                .returns(Reason.UNCERTAIN, Verdict::getReason);
        assertThat(held.verdict().getScore()).as("the encoder's own").isLessThan(0.1);
        assertThat(held.audits())
                .singleElement()
                .returns(AttackKind.TWIN_DISAGREEMENT, AttackAudit::getKind)
                .returns(Decision.NSFW, AttackAudit::getCleanDecision);
        assertThat(verdict(submit(upload("dark", 10))).getDecision()).isEqualTo(Decision.SAFE);
        assertThat(verdict(submit(upload("attacked", BrightnessEncoder.FOOLS_TWIN)))
                        .getDecision())
                .isEqualTo(Decision.NSFW);
    }

    @Test
    void what_a_pair_holds_back_of_one_uploader_is_bounded() {
        heldPerHour = OptionalInt.of(3);
        startWithTwin(1);
        for (int i = 0; i < 3; i++) {
            assertThat(verdict(submit(upload("held-" + i, BrightnessEncoder.ALARMS_TWIN, i + 30)))
                            .getDecision())
                    .isEqualTo(Decision.REVIEW);
        }

        Outcome.Answered beyond = answered(submit(upload("beyond", BrightnessEncoder.ALARMS_TWIN)));
        assertThat(beyond.verdict())
                .returns(Decision.REFUSED, Verdict::getDecision)
                .returns(Reason.UPLOADER_LIMITED, Verdict::getReason);
        assertThat(beyond.audits())
                .as("an attack leaves its trace however often it is tried")
                .singleElement()
                .returns(AttackKind.TWIN_DISAGREEMENT, AttackAudit::getKind);
        assertThat(verdict(submit(upload("dark", 10))).getDecision()).isEqualTo(Decision.SAFE);
    }

    @Test
    void without_the_twins_word_a_pair_calls_nothing_safe_and_still_flags() {
        heldPerHour = OptionalInt.of(10);
        startWithTwin(1);
        twinShelf.withdraw("bank is being read");

        assertThat(outcome(submit(upload("dark", 10))))
                .isInstanceOfSatisfying(
                        Outcome.TryLater.class,
                        later -> assertThat(later.detail()).contains("bank is being read"));
        assertThat(verdict(submit(upload("bright", 250))).getDecision()).isEqualTo(Decision.NSFW);
    }

    @Test
    void a_pair_refuses_what_the_twin_can_never_answer() {
        heldPerHour = OptionalInt.of(10);
        startWithTwin(1);

        assertThat(verdict(submit(upload("broken", BrightnessEncoder.BREAKS_TWIN_DARKLY))))
                .returns(Decision.REFUSED, Verdict::getDecision)
                .returns(Reason.ENCODER_FAILED, Verdict::getReason);
    }

    @Test
    void a_twin_that_is_the_very_model_is_refused_at_the_start() {
        twins = Optional.of(this::open);
        pipeline = new Pipeline(
                1,
                this::open,
                twins,
                false,
                NanoClock.SYSTEM,
                new ThreadWatch(NanoClock.SYSTEM),
                new WorkerMetrics(meters));

        assertThat(pipeline.warmUp())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("bulwark.twin.model");
    }
}
