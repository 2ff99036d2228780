package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.ProcessLimits;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.audit.ScalingAuditor;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.audit.TwinSample;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.FlaggedTopic;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.DecisionSteps.TwinPolicies;
import io.bulwark.service.pipeline.Pipeline.PreparationSteps;
import io.bulwark.service.pipeline.VerdictWriter.Provenance;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pipeline with a reader of files whose bytes are views of that brightness, and an encoder to match. */
abstract class PipelineFixture {

    static final byte HANG = 1;
    static final byte BREAK = 2;
    static final byte KILL = 3;
    static final byte REFUSE = 4;
    static final byte THROW = 5;
    static final byte LACK = 6;
    static final byte WAIT = 7;
    static final byte CROWD = 8;
    static final byte PLAIN = 9;

    final AtomicInteger encoderFailures = new AtomicInteger();
    final List<BrightnessEncoder> encoders = new ArrayList<>();
    final SnapshotHolder<PolicySnapshot> policies = PolicySnapshot.holder();
    final SnapshotHolder<Bank> shelf = BankTopic.holder();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ImageSources sources = ImageSources.of(TestConfig.defaults().fetch(), NanoClock.SYSTEM);
    final AtomicInteger twinFailures = new AtomicInteger();
    final SnapshotHolder<Bank> twinShelf = BankTopic.holder();
    final CountDownLatch mayRead = new CountDownLatch(1);
    final CountDownLatch mayEmbed = new CountDownLatch(1);
    int preparationThreads = 1;
    int deferrableBytes = 1 << 20;
    boolean bounded = true;
    Duration linger = Duration.ofMillis(1);
    NanoClock clock = NanoClock.SYSTEM;
    Optional<WarmEncoder.Factory> twins = Optional.empty();
    int twinSize = 1;
    TwinSample twinSample = TwinSample.all();
    OptionalInt heldPerHour = OptionalInt.empty();
    AuditSample auditSample = AuditSample.none();
    List<String> restricted = List.of();
    Optional<NearFlagged> flagged = Optional.empty();
    Optional<ScalingTrace> scaling = Optional.empty();
    final SnapshotHolder<FlaggedSnapshot> flaggedShelf = FlaggedTopic.holder();
    Pipeline pipeline;
    int offset;

    @AfterEach
    void close() {
        mayRead.countDown();
        mayEmbed.countDown();
        if (pipeline != null) {
            pipeline.close();
        }
        sources.close();
        shelf.close();
        twinShelf.close();
        flaggedShelf.close();
        assertThat(encoders).allMatch(encoder -> encoder.closed);
    }

    void start(int instances) {
        pipeline = new Pipeline(
                instances,
                this::open,
                twins,
                heldPerHour.isPresent(),
                clock,
                new ThreadWatch(clock),
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
        policies.put(
                PolicySnapshot.of(Map.of(), Policies.always(policy), watched(policy)),
                new Readiness.Usable("one policy"));
        pipeline.begin(
                warm,
                linger,
                new PreparationSteps(
                        new EventDecoder<>(ImageUploaded.class), sources, sources, this::read, () -> false),
                new PreparationSteps.Limits(
                        preparationThreads,
                        1 << 20,
                        1,
                        Duration.ofSeconds(5),
                        1,
                        1,
                        Duration.ofSeconds(5),
                        deferrableBytes),
                new DecisionSteps(
                        shelf,
                        policies,
                        restricted,
                        new VerdictWriter(
                                new Provenance("brightness", "bytes", "01234567", "worker"), Clock.systemUTC()),
                        twins.map(second -> new DecisionSteps.OfTwin(
                                twinShelf,
                                new TwinPolicies(encoders -> encoders),
                                new TwinAuditor(0.5),
                                new AuditWriter("twin"),
                                twinSample,
                                heldPerHour)),
                        flagged.map(rule -> new DecisionSteps.OfFlagged(flaggedShelf, rule, SamplingKey.publicKey())),
                        new ScalingAuditor(0.3),
                        new DecisionSteps.OfSample(auditSample, true),
                        true,
                        bounded));
    }

    static Map<Set<String>, String> watched(VotingPolicy policy) {
        return Map.of(policy.settings().watchedLabels(), "bulwark.policy.flagged-labels");
    }

    static MatrixBank bank(String model) {
        return MatrixBank.of(
                model,
                List.of(
                        new LabelledEmbedding("bright", "nsfw", BrightnessEncoder.embedding(255)),
                        new LabelledEmbedding("dark", "safe", BrightnessEncoder.embedding(0))));
    }

    void startWithTwin(int size) {
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

    double silent() {
        return meters.counter("bulwark.twin.silent").count();
    }

    synchronized WarmEncoder open() {
        BrightnessEncoder encoder = new BrightnessEncoder(encoderFailures, mayEmbed);
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

    static byte[] upload(String imageId, int... views) {
        byte[] file = new byte[views.length];
        for (int i = 0; i < views.length; i++) {
            file[i] = (byte) views[i];
        }
        return new EventSerializer<>(ImageUploaded.class)
                .serialize("images.uploaded", SampleUploads.inline(imageId, file));
    }

    UploadInFlight submit(byte[] value) {
        UploadInFlight flight = flight(value);
        pipeline.submit(flight);
        return flight;
    }

    UploadInFlight flight(byte[] value) {
        return new UploadInFlight(
                new ConsumerRecord<>("images.uploaded", 0, offset++, new byte[0], value), clock, () -> {});
    }

    static Outcome outcome(UploadInFlight flight) {
        Awaitility.await("an outcome")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> flight.outcome().isPresent());
        return flight.outcome().orElseThrow();
    }

    static Verdict verdict(UploadInFlight flight) {
        return answered(flight).verdict();
    }

    static Outcome.Answered answered(UploadInFlight flight) {
        return (Outcome.Answered) outcome(flight);
    }

    PictureRead read(byte[] file, boolean hashes) {
        return switch (file[0]) {
            case HANG -> new PictureRead.Overdue(Duration.ofSeconds(7));
            case BREAK -> new PictureRead.Broken("a bug");
            case KILL -> new PictureRead.Deadly("exit code 3");
            case REFUSE -> new PictureRead.Refused(DecodeResult.Refusal.UNSUPPORTED_FORMAT, "no such format");
            case THROW -> throw new IllegalStateException("a bug");
            case LACK -> closedReader().read(file, hashes);
            case CROWD -> {
                List<View> some = List.of(
                        new View("frame-0/sampled-whole", new byte[] {1, 1, 1}),
                        new View("frame-1/whole", new byte[] {2, 2, 2}));
                yield new PictureRead.Seen(some, some, List.of(), Optional.empty(), Duration.ZERO, Duration.ZERO);
            }
            case PLAIN -> {
                List<View> plain = List.of(new View("plain-whole", new byte[] {-1, -1, -1}));
                yield new PictureRead.Seen(plain, plain, List.of(), Optional.empty(), Duration.ZERO, Duration.ZERO);
            }
            case WAIT -> {
                await(mayRead);
                yield new PictureRead.Broken("released");
            }
            default -> {
                List<View> views = views(file, 1);
                List<View> twinViews = twinSize == 1 ? views : views(file, twinSize);
                yield new PictureRead.Seen(views, twinViews, List.of(), scaling, Duration.ZERO, Duration.ZERO);
            }
        };
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    static DecoderPool closedReader() {
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
    static List<View> views(byte[] file, int size) {
        List<View> views = new ArrayList<>();
        for (byte each : file) {
            byte[] pixels = new byte[size * size * 3];
            Arrays.fill(pixels, each);
            views.add(new View("view-" + views.size(), pixels));
        }
        return views;
    }
}
