package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.imaging.process.PictureRead;
import io.bulwark.imaging.process.ProcessLimits;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.outcome.AuditWriter;
import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.Provenance;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.policy.PolicyShelf;
import io.bulwark.service.policy.PolicySnapshot;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.TestConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline with a reader of files whose bytes are views of that brightness, and an encoder to match. */
class PipelineTest {

    private static final byte HANG = 1;
    private static final byte BREAK = 2;
    private static final byte KILL = 3;
    private static final byte REFUSE = 4;
    private static final byte THROW = 5;
    private static final byte LACK = 6;

    private final AtomicInteger encoderFailures = new AtomicInteger();
    private final List<BrightnessEncoder> encoders = new ArrayList<>();
    private final PolicyShelf policies = new PolicyShelf();
    private final BankShelf shelf = new BankShelf();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ImageSources sources = ImageSources.of(TestConfig.defaults().fetch(), NanoClock.SYSTEM);
    private final AtomicInteger twinFailures = new AtomicInteger();
    private final BankShelf twinShelf = new BankShelf();
    private Optional<EncoderFactory> twins = Optional.empty();
    private int twinSize = 1;
    private Pipeline pipeline;
    private int offset;

    @AfterEach
    void close() {
        if (pipeline != null) {
            pipeline.close();
        }
        sources.close();
        shelf.close();
        twinShelf.close();
        assertThat(encoders).allMatch(encoder -> encoder.closed);
    }

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
        assertThat(both.getBankVersion()).isEqualTo(shelf.version());
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
        policies.put(PolicySnapshot.of(Map.of(), Policies.always(cards), watched(cards)), "another policy");

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
    void a_twin_that_is_the_very_model_is_refused_at_the_start() {
        twins = Optional.of(this::open);
        pipeline = new Pipeline(
                1, this::open, twins, NanoClock.SYSTEM, new ThreadWatch(NanoClock.SYSTEM), new WorkerMetrics(meters));

        assertThat(pipeline.warmUp())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("bulwark.twin.model");
    }

    @Test
    void an_encoder_that_cannot_be_opened_is_told_to_whoever_waits() {
        pipeline = new Pipeline(
                1,
                () -> {
                    throw new IllegalStateException("no such model");
                },
                Optional.empty(),
                NanoClock.SYSTEM,
                new ThreadWatch(NanoClock.SYSTEM),
                new WorkerMetrics(meters));

        assertThat(pipeline.warmUp())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withMessageContaining("no such model");
    }

    private void start(int instances) {
        pipeline = new Pipeline(
                instances,
                this::open,
                twins,
                NanoClock.SYSTEM,
                new ThreadWatch(NanoClock.SYSTEM),
                new WorkerMetrics(meters));
        Warmth warm = pipeline.warmUp().join();
        shelf.put(bank("brightness"), new Readiness.Usable("two references"));
        twinShelf.put(bank("twin"), new Readiness.Usable("two references"));
        PolicySettings settings = PolicySettings.flagging(Set.of("nsfw"));
        VotingPolicy policy = new VotingPolicy(new PolicySettings(
                2,
                settings.temperature(),
                settings.floor(),
                PolicySettings.NEVER_KNOWN,
                settings.thresholds(),
                settings.labels(),
                settings.unfamiliar(),
                settings.flaggedClasses()));
        policies.put(PolicySnapshot.of(Map.of(), Policies.always(policy), watched(policy)), "one policy");
        pipeline.begin(
                warm,
                Duration.ofMillis(1),
                new PreparationSteps(new EventDecoder<>(ImageUploaded.class), sources, this::read, () -> false),
                new PreparationLimits(1, 1, Duration.ofSeconds(5), 1 << 20),
                new DecisionSteps(
                        shelf,
                        policies,
                        new VerdictWriter(
                                new Provenance("brightness", "bytes", "01234567", "worker"), Clock.systemUTC()),
                        twins.map(second -> new TwinSteps(
                                twinShelf,
                                new TwinPolicies(encoders -> encoders),
                                new TwinAuditor(0.5),
                                new AuditWriter("twin")))));
    }

    private static Map<Set<String>, String> watched(VotingPolicy policy) {
        return Map.of(policy.settings().watchedLabels(), "bulwark.policy.flagged-labels");
    }

    private static MatrixBank bank(String model) {
        return MatrixBank.of(
                model,
                List.of(
                        new LabelledEmbedding("bright", "nsfw", BrightnessEncoder.embedding(255)),
                        new LabelledEmbedding("dark", "safe", BrightnessEncoder.embedding(0))));
    }

    private void startWithTwin(int size) {
        twins = Optional.of(() -> {
            BrightnessEncoder twin = BrightnessEncoder.twin(size, twinFailures);
            synchronized (this) {
                encoders.add(twin);
            }
            return BrightnessEncoder.warm(twin, 1, 2, 4);
        });
        twinSize = size;
        start(1);
    }

    private double silent() {
        return meters.counter("bulwark.twin.silent").count();
    }

    private synchronized WarmEncoder open() {
        BrightnessEncoder encoder = new BrightnessEncoder(encoderFailures);
        encoders.add(encoder);
        return BrightnessEncoder.warm(encoder, 1, 2, 4);
    }

    /** Who looks at its content is not back in time, and has another answer. */
    @Test
    void poison_is_refused_without_a_look_at_its_content() {
        start(1);
        UploadInFlight poison = flight(upload("poison", HANG));
        pipeline.refusePoison(poison);

        assertThat(verdict(poison))
                .returns("poison", Verdict::getImageId)
                .returns("uploader-1", Verdict::getUploaderId)
                .returns(Decision.REFUSED, Verdict::getDecision)
                .returns(Reason.POISON, Verdict::getReason)
                .returns(null, Verdict::getContentSha256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish"})
    void poison_that_is_no_event_is_a_dead_letter(String value) {
        start(1);
        UploadInFlight poison = flight(value.getBytes(StandardCharsets.UTF_8));
        pipeline.refusePoison(poison);

        assertThat(((Outcome.DeadLettered) outcome(poison)).story().reason()).isEqualTo("POISON");
    }

    @Test
    void poison_that_no_verdict_can_be_written_for_is_a_dead_letter() {
        start(1);
        UploadInFlight poison = flight(upload(" ", 250));
        pipeline.refusePoison(poison);

        assertThat(((Outcome.DeadLettered) outcome(poison)).story())
                .returns("POISON", DeadLetterHeaders::reason)
                .satisfies(story -> assertThat(story.detail()).contains("imageId"));
    }

    private static byte[] upload(String imageId, int... views) {
        byte[] file = new byte[views.length];
        for (int i = 0; i < views.length; i++) {
            file[i] = (byte) views[i];
        }
        return new EventSerializer<>(ImageUploaded.class)
                .serialize("images.uploaded", SampleUploads.inline(imageId, file));
    }

    private UploadInFlight submit(byte[] value) {
        UploadInFlight flight = flight(value);
        pipeline.submit(flight);
        return flight;
    }

    private UploadInFlight flight(byte[] value) {
        return new UploadInFlight(
                new ConsumerRecord<>("images.uploaded", 0, offset++, new byte[0], value), NanoClock.SYSTEM, () -> {});
    }

    private static Outcome outcome(UploadInFlight flight) {
        Awaitility.await("an outcome")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> flight.outcome().isPresent());
        return flight.outcome().orElseThrow();
    }

    private static Verdict verdict(UploadInFlight flight) {
        return answered(flight).verdict();
    }

    private static Outcome.Answered answered(UploadInFlight flight) {
        return (Outcome.Answered) outcome(flight);
    }

    private PictureRead read(byte[] file, boolean hashes) {
        return switch (file[0]) {
            case HANG -> new PictureRead.Overdue(Duration.ofSeconds(7));
            case BREAK -> new PictureRead.Broken("a bug");
            case KILL -> new PictureRead.Deadly("exit code 3");
            case REFUSE -> new PictureRead.Refused(DecodeResult.Refusal.UNSUPPORTED_FORMAT, "no such format");
            case THROW -> throw new IllegalStateException("a bug");
            case LACK -> closedReader().read(file, hashes);
            default -> {
                List<View> views = views(file, 1);
                List<View> twinViews = twinSize == 1 ? views : views(file, twinSize);
                yield new PictureRead.Seen(views, twinViews, List.of(), Duration.ZERO, Duration.ZERO);
            }
        };
    }

    private static DecoderPool closedReader() {
        ReaderSettings settings = new ReaderSettings(
                DecodeLimits.standard(),
                JpegReduction.none(),
                HeifCommand.none(),
                PreprocessSpec.unit(1, Interpolation.BILINEAR),
                null,
                ViewPolicy.COVER,
                ModerationOptions.standard());
        ProcessLimits limits = ProcessLimits.of(1, settings.limits(), 1, Duration.ofSeconds(1));
        DecoderPool pool = new DecoderPool(settings, limits, death -> {});
        pool.close();
        return pool;
    }

    /** Squares of one colour. */
    private static List<View> views(byte[] file, int size) {
        List<View> views = new ArrayList<>();
        for (byte each : file) {
            byte[] pixels = new byte[size * size * 3];
            Arrays.fill(pixels, each);
            views.add(new View("view-" + views.size(), pixels));
        }
        return views;
    }
}
