package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Reason;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.Fetching.PatientFetching;
import io.bulwark.service.pipeline.Pipeline.KnownFiles;
import io.bulwark.service.pipeline.Pipeline.PreparationSteps;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.pipeline.VerdictWriter.Provenance;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.TestConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of fetched files, by files whose first byte says what becomes of them. */
class FetchedFilesTest {

    private static final byte DECODE = 1;
    private static final byte REFUSE = 2;
    private static final byte BREAK = 3;
    private static final byte KILL = 4;
    private static final byte HANG = 5;

    private static final int BYTES = 5000;

    @TempDir
    Path folder;

    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final ThreadWatch watch = new ThreadWatch(NanoClock.SYSTEM);
    private final Activity activity = new Activity();
    private final PreparationPool preparing = new PreparationPool("prepare", 1, watch, activity);
    private final PreparationPool fetching = new PreparationPool("fetch", 1, watch, activity);
    private final ReadyQueue ready =
            new ReadyQueue(BatchPlan.of(List.of(1), 1, Duration.ZERO), 1 << 20, 1, activity, NanoClock.SYSTEM);
    private ImageSources sources;
    private int offset;

    @BeforeEach
    void open() {
        sources = ImageSources.of(
                TestConfig.of(Map.of("bulwark.fetch.file-root", folder.toString()))
                        .fetch(),
                NanoClock.SYSTEM);
    }

    @AfterEach
    void close() {
        released.countDown();
        preparing.close();
        fetching.close();
        sources.close();
    }

    @ParameterizedTest
    @ValueSource(bytes = {DECODE, REFUSE, BREAK, KILL})
    void a_file_is_released_whatever_its_decoding_comes_to(byte kind) throws IOException {
        Preparation preparation = preparation();
        UploadInFlight flight = submit(preparation, location(kind));

        await().until(() ->
                kind == DECODE ? ready.poll().isPresent() : flight.outcome().isPresent());
        awaitNothingHeld();
    }

    @Test
    void a_file_that_is_not_the_announced_one_is_released() throws IOException {
        ImageLocation location = new ImageLocation(location(DECODE).getUri(), "0".repeat(64), null);
        UploadInFlight flight = submit(preparation(), location);

        assertThat(reason(flight)).isEqualTo(Reason.CHECKSUM_MISMATCH);
        awaitNothingHeld();
    }

    @Test
    void a_file_is_held_as_long_as_it_is_decoded() throws Exception {
        submit(preparation(), location(HANG));

        hanging.await();
        assertThat(sources.memoryBytes()).isEqualTo(BYTES);
        released.countDown();
        awaitNothingHeld();
    }

    @Test
    void a_file_that_nobody_waits_for_any_more_is_released_without_being_looked_at() throws Exception {
        Preparation preparation = preparation();
        CountDownLatch mayFetch = new CountDownLatch(1);
        occupy(fetching, mayFetch);
        UploadInFlight abandoned = submit(preparation, location(BREAK));
        submit(preparation, new InlineImage(ByteBuffer.wrap(new byte[] {HANG})));
        hanging.await();
        mayFetch.countDown();
        // It has arrived, and waits for the one thread, which hangs.
        await().until(() -> sources.memoryBytes() == BYTES);

        abandoned.abandon();
        released.countDown();

        awaitNothingHeld();
        assertThat(abandoned.outcome()).isEmpty();
    }

    private void awaitNothingHeld() {
        await().until(() -> sources.memoryBytes() == 0);
    }

    private Preparation preparation() {
        SnapshotHolder<PolicySnapshot> policies = PolicySnapshot.holder();
        VerdictWriter verdicts =
                new VerdictWriter(new Provenance("model", "views", "01234567", "worker"), Clock.systemUTC());
        Refusals refusals = new Refusals(verdicts, policies, () -> "bank");
        return new Preparation(
                new PreparationSteps(
                        new EventDecoder<>(ImageUploaded.class), sources, sources, this::read, () -> false),
                new KnownFiles(BankTopic.holder(), policies, verdicts, List.of()),
                refusals,
                ready,
                preparing,
                new PatientFetching(fetching, sources, 1, refusals, Duration.ofSeconds(10), NanoClock.SYSTEM),
                new Activity(),
                activity,
                Optional::empty,
                0,
                NanoClock.SYSTEM);
    }

    private PictureRead read(byte[] file, boolean hashes) {
        switch (file[0]) {
            case REFUSE -> {
                return new PictureRead.Refused(DecodeResult.Refusal.UNSUPPORTED_FORMAT, "no such format");
            }
            case BREAK -> throw new IllegalStateException("a bug");
            case KILL -> {
                return new PictureRead.Deadly("exit code 3");
            }
            case HANG -> {
                hanging.countDown();
                await().forever().until(() -> released.getCount() == 0);
            }
            default -> {}
        }
        List<View> views = List.of(new View("view", new byte[3]));
        return new PictureRead.Seen(views, views, List.of(), Optional.empty(), Duration.ZERO, Duration.ZERO);
    }

    private static void occupy(PreparationPool pool, CountDownLatch until) {
        pool.submit(
                () -> {
                    await().forever().until(() -> until.getCount() == 0);
                    return 0;
                },
                done -> {},
                Duration.ofSeconds(30),
                () -> {});
    }

    private UploadInFlight submit(Preparation preparation, Object content) {
        byte[] value = new EventSerializer<>(ImageUploaded.class)
                .serialize("images.uploaded", SampleUploads.of("image-" + offset, content, Map.of()));
        UploadInFlight flight = new UploadInFlight(
                new ConsumerRecord<>("images.uploaded", 0, offset++, new byte[0], value), NanoClock.SYSTEM, () -> {});
        preparation.submit(flight);
        return flight;
    }

    private ImageLocation location(byte kind) throws IOException {
        byte[] file = new byte[BYTES];
        file[0] = kind;
        Path written = Files.write(folder.resolve("file-" + kind), file);
        return new ImageLocation(written.toUri().toString(), null, null);
    }

    private static Reason reason(UploadInFlight flight) {
        await().until(() -> flight.outcome().isPresent());
        return ((Outcome.Answered) flight.outcome().orElseThrow()).verdict().getReason();
    }
}
