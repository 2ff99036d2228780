package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline but for its twin. */
class PipelineTest extends PipelineFixture {

    @Test
    void an_image_is_judged_by_the_worst_of_its_views() {
        start(1);
        Verdict bright = verdict(submit(upload("bright", 250)));
        Verdict dark = verdict(submit(upload("dark", 10)));
        Verdict both = verdict(submit(upload("both", 10, 250, 10)));

        assertThat(bright.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(dark.getDecision()).isEqualTo(Decision.SAFE);
        assertThat(both.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(both.getViews()).hasSize(3);
        assertThat(both.getViews().get(1).getNeighbours().get(0).getReferenceId())
                .isEqualTo("bright");
        assertThat(both.getViews().get(1).getClassProbabilities()).containsKeys("dark", "bright");
        assertThat(both.getBankVersion())
                .isEqualTo(shelf.current().orElseThrow().version());
    }

    /** As bright as what is flagged. */
    @Test
    void a_plain_view_is_evidence_of_nothing_and_is_not_published() {
        start(1);
        Outcome.Answered answered = answered(submit(upload("plain", PLAIN)));

        assertThat(answered.verdict())
                .returns(Decision.SAFE, Verdict::getDecision)
                .returns(Reason.PLAIN, Verdict::getReason)
                .returns(0.0, Verdict::getScore);
        assertThat(answered.verdict().getViews()).singleElement().satisfies(view -> {
            assertThat(view.getView()).isEqualTo("plain-whole");
            assertThat(view.getNeighbours()).isEmpty();
        });
        assertThat(answered.embedding()).isEmpty();
        assertThat(answered.verdict().getPerceptualKey())
                .as("it is no near-duplicate of other plain pictures")
                .isEmpty();
        assertThat(answered(submit(upload("bright", 250))).embedding()).isPresent();
    }

    @Test
    void a_file_of_too_many_views_waits_for_no_other_upload_and_few_of_an_uploader_go_to_people() {
        start(1);
        assertThat(outcome(submit(upload("crowd", CROWD)))).isInstanceOf(Outcome.Deferred.class);

        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i <= ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            UploadInFlight flight = flight(upload("crowd-" + i, CROWD));
            pipeline.deferred().submit(flight);
            verdicts.add(verdict(flight));
        }

        assertThat(verdicts.subList(0, ReviewAllowance.WITH_TOO_MANY_VIEWS)).allSatisfy(verdict -> {
            assertThat(verdict.getDecision()).isEqualTo(Decision.REVIEW);
            assertThat(verdict.getReason()).isEqualTo(Reason.TOO_MANY_VIEWS);
        });
        assertThat(verdicts.get(ReviewAllowance.WITH_TOO_MANY_VIEWS))
                .returns(Decision.REFUSED, Verdict::getDecision)
                .returns(Reason.UPLOADER_LIMITED, Verdict::getReason);
    }

    /** As a score server has it. */
    @Test
    void files_of_too_many_views_are_answered_at_once_where_nothing_is_deferred_and_no_uploader_bounded() {
        deferrableBytes = 0;
        bounded = false;
        start(1);
        for (int i = 0; i <= ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            assertThat(verdict(submit(upload("crowd-" + i, CROWD))))
                    .returns(Decision.REVIEW, Verdict::getDecision)
                    .returns(Reason.TOO_MANY_VIEWS, Verdict::getReason);
        }
    }

    @Test
    void many_images_on_two_encoders_each_get_their_own_answer() {
        start(2);
        List<UploadInFlight> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(submit(upload("image-" + i, i % 2 == 0 ? 250 : 10, i % 2 == 0 ? 251 : 11, 10)));
        }
        for (int i = 0; i < all.size(); i++) {
            Verdict verdict = verdict(all.get(i));
            assertThat(verdict.getImageId()).isEqualTo("image-" + i);
            assertThat(verdict.getDecision()).isEqualTo(i % 2 == 0 ? Decision.NSFW : Decision.SAFE);
        }
        assertThat(encoders).hasSize(2).allMatch(encoder -> encoder.batches.get() > 0);
    }

    @Test
    void each_way_of_not_being_read_is_the_outcome_of_that_upload_alone() {
        start(1);
        UploadInFlight thrown = submit(upload("thrown", THROW));
        UploadInFlight hanging = submit(upload("hanging", HANG));
        UploadInFlight broken = submit(upload("broken", BREAK));
        UploadInFlight deadly = submit(upload("deadly", KILL));
        UploadInFlight refused = submit(upload("refused", REFUSE));
        UploadInFlight good = submit(upload("good", 250));

        assertThat(verdict(thrown).getReason()).isEqualTo(Reason.CORRUPT_IMAGE);
        assertThat(verdict(hanging).getDecision()).isEqualTo(Decision.REFUSED);
        assertThat(verdict(hanging).getReason()).isEqualTo(Reason.DECODE_TIMEOUT);
        assertThat(verdict(hanging).getReasonDetail()).contains("7000 ms", "bulwark.decode.deadline");
        assertThat(verdict(broken).getReason()).isEqualTo(Reason.CORRUPT_IMAGE);
        assertThat(verdict(deadly).getReason()).isEqualTo(Reason.DECODER_FAILED);
        assertThat(verdict(refused).getReason()).isEqualTo(Reason.UNSUPPORTED_FORMAT);
        assertThat(verdict(good).getDecision()).isEqualTo(Decision.NSFW);
    }

    @Test
    void while_nothing_can_be_decoded_uploads_wait() {
        start(1);

        assertThat(outcome(submit(upload("image", LACK))))
                .isInstanceOfSatisfying(
                        Outcome.TryLater.class,
                        later -> assertThat(later.detail()).contains("told to end"));
    }

    @Test
    void bytes_that_are_no_event_become_a_dead_letter() {
        start(1);
        UploadInFlight random = submit(new byte[] {9, 9, 9});

        Outcome.DeadLettered dead = (Outcome.DeadLettered) outcome(random);
        assertThat(dead.story().reason()).isEqualTo("UNKNOWN_FRAMING");
    }

    @Test
    void while_no_bank_may_be_used_nothing_is_decided() {
        start(1);
        shelf.put(MatrixBank.of("brightness", List.of()), new Readiness.Unusable("bank is empty"));
        UploadInFlight upload = submit(upload("image", 250));

        assertThat(outcome(upload)).isEqualTo(new Outcome.TryLater("bank is empty"));
    }

    @Test
    void while_no_policy_may_decide_nothing_is_decided() {
        start(1);
        policies.withdraw("made for another model");

        assertThat(outcome(submit(upload("image", 250)))).isEqualTo(new Outcome.TryLater("made for another model"));
    }

    @Test
    void by_a_policy_that_flags_none_of_the_bank_s_labels_nothing_is_decided() {
        start(1);
        VotingPolicy cards = new VotingPolicy(PolicySettings.flagging(Set.of("cards")));
        policies.put(
                PolicySnapshot.of(Map.of(), Policies.always(cards), watched(cards)),
                new Readiness.Usable("another policy"));

        assertThat(outcome(submit(upload("image", 250))))
                .isInstanceOfSatisfying(
                        Outcome.TryLater.class,
                        later -> assertThat(later.detail()).contains("[nsfw, safe]", "[cards]"));
    }

    @Test
    void a_device_that_fails_once_is_opened_anew_and_nobody_notices() {
        start(1);
        encoderFailures.set(1);

        assertThat(verdict(submit(upload("image", 250))).getDecision()).isEqualTo(Decision.NSFW);
        assertThat(encoders).hasSize(2);
        assertThat(encoders.get(0).closed).isTrue();
        assertThat(pipeline.failure()).isEmpty();
    }

    @Test
    void a_device_that_fails_again_fails_the_pipeline() {
        start(1);
        encoderFailures.set(2);
        submit(upload("image", 250));

        Awaitility.await().until(() -> pipeline.failure().isPresent());
        assertThat(pipeline.failure().orElseThrow()).hasMessageContaining("device lost");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BrightnessEncoder.NOT_A_NUMBER,
                BrightnessEncoder.ZERO,
                BrightnessEncoder.INFINITE,
                BrightnessEncoder.UNDECIDED_HEAD
            })
    void an_answer_that_is_none_refuses_its_image_and_no_other(int broken) {
        start(1);
        UploadInFlight before = submit(upload("before", 250));
        UploadInFlight unseen = submit(upload("unseen", 10, broken, 250));
        UploadInFlight after = submit(upload("after", 10));

        Verdict refused = verdict(unseen);
        assertThat(refused.getDecision()).isEqualTo(Decision.REFUSED);
        assertThat(refused.getReason()).isEqualTo(Reason.ENCODER_FAILED);
        assertThat(refused.getReasonDetail()).contains("view-1");
        assertThat(verdict(before).getDecision()).isEqualTo(Decision.NSFW);
        assertThat(verdict(after).getDecision()).isEqualTo(Decision.SAFE);
        assertThat(pipeline.failure()).isEmpty();
    }

    /** Its encoder waited for a fuller batch, and it with it. */
    @Test
    void an_image_that_was_embedded_is_judged_while_others_wait_for_a_fuller_batch() {
        linger = Duration.ofMinutes(10);
        preparationThreads = 2;
        start(2);
        submit(upload("occupies an encoder", BrightnessEncoder.WAIT));
        Awaitility.await()
                .until(() -> encoders.stream()
                                .mapToInt(encoder -> encoder.batches.get())
                                .sum()
                        == 1);

        submit(upload("is still being read", WAIT));
        UploadInFlight first = submit(upload("first", 250));
        UploadInFlight second = submit(upload("second", 250, 250, 250, 250));

        assertThat(verdict(first).getDecision()).isEqualTo(Decision.NSFW);
        assertThat(second.outcome()).as("one of its views waits").isEmpty();
    }

    @Test
    void a_pipeline_is_idle_when_all_that_was_sent_has_ended() {
        start(1);
        assertThat(pipeline.isIdle()).isTrue();
        UploadInFlight abandoned = submit(upload("is being read", WAIT));
        abandoned.abandon();
        assertThat(pipeline.isIdle()).isFalse();

        mayRead.countDown();
        verdict(submit(upload("good", 250)));
        Awaitility.await().until(pipeline::isIdle);
    }

    @Test
    void an_encoder_that_cannot_be_opened_is_told_to_whoever_waits() {
        pipeline = new Pipeline(
                1,
                () -> {
                    throw new IllegalStateException("no such model");
                },
                Optional.empty(),
                false,
                NanoClock.SYSTEM,
                new ThreadWatch(NanoClock.SYSTEM),
                new WorkerMetrics(meters));

        assertThat(pipeline.warmUp())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("no such model");
    }
}
