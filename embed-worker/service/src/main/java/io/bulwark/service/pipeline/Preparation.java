package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Reason;
import io.bulwark.imaging.process.PictureRead;
import io.bulwark.imaging.process.PictureReader;
import io.bulwark.imaging.process.ReaderUnavailableException;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.UploadFacts;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.telemetry.Step;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The first half of the way: event, bytes, pictures, views. Each step either hands on or completes the upload; nothing
 * is thrown. The loop's thread submits.
 */
final class Preparation {

    /** What a fetch may take beyond its own deadline, which name resolution can overrun, before it is refused. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final EventDecoder<ImageUploaded> events;
    private final ImageSources sources;
    private final PictureReader reader;
    private final BooleanSupplier picturesAreKnown;
    private final Refusals refusals;
    private final ReadyQueue ready;
    private final PreparationPool preparing;
    private final PreparationPool fetching;
    private final PreparationLimits limits;
    private final NanoClock clock;

    Preparation(
            PreparationSteps steps,
            Refusals refusals,
            ReadyQueue ready,
            PreparationPool preparing,
            PreparationPool fetching,
            PreparationLimits limits,
            NanoClock clock) {
        this.events = steps.events();
        this.sources = steps.sources();
        this.reader = steps.reader();
        this.picturesAreKnown = steps.picturesAreKnown();
        this.refusals = refusals;
        this.ready = ready;
        this.preparing = preparing;
        this.fetching = fetching;
        this.limits = limits;
        this.clock = clock;
    }

    void submit(UploadInFlight flight) {
        UploadWork work = new UploadWork(flight);
        prepare(work, () -> read(work), () -> {});
    }

    /** The bytes stay in reach until the task is over; so that is when they are released, whatever became of it. */
    private void prepare(UploadWork work, Supplier<Optional<PreparedImage>> step, Runnable release) {
        ready.preparationBegins();
        preparing.submit(() -> guarded(work, step), image -> {
            try {
                image.ifPresent(this::hand);
            } finally {
                release.run();
                ready.preparationEnds();
            }
        });
    }

    private Optional<PreparedImage> read(UploadWork work) {
        UploadInFlight flight = work.flight();
        DecodedEvent<ImageUploaded> decoded =
                events.decode(flight.partition().topic(), flight.record().value());
        if (decoded instanceof DecodedEvent.Undecodable<ImageUploaded> undecodable) {
            flight.complete(unreadable(flight, undecodable));
            return Optional.empty();
        }
        ImageUploaded event = ((DecodedEvent.Event<ImageUploaded>) decoded).value();
        Optional<String> oddity = UploadFacts.oddity(event);
        if (oddity.isPresent()) {
            flight.deadLetter("INVALID_EVENT", oddity.get());
            return Optional.empty();
        }
        work.isUpload(UploadFacts.of(event, flight));
        if (event.getContent() instanceof InlineImage inline) {
            return look(work, sources.inline(inline));
        }
        fetch(work, (ImageLocation) event.getContent());
        return Optional.empty();
    }

    private static Outcome unreadable(UploadInFlight flight, DecodedEvent.Undecodable<ImageUploaded> undecodable) {
        if (undecodable.reason().retriable()) {
            return new Outcome.TryLater(undecodable.detail());
        }
        return new Outcome.DeadLettered(
                DeadLetterHeaders.of(flight.record(), undecodable.reason().name(), undecodable.detail())
                        .withSchemaFingerprint(undecodable.schemaFingerprint()));
    }

    private void fetch(UploadWork work, ImageLocation location) {
        fetching.submit(
                () -> guarded(work, () -> {
                    long start = clock.nanos();
                    FetchResult result = sources.fetch(location);
                    work.timings().add(Step.FETCH, clock.microsSince(start));
                    work.flight().span().step("fetch", start, clock.nanos());
                    return Optional.of(result);
                }),
                result -> result.ifPresent(file -> prepare(work, () -> look(work, file), file::release)),
                limits.fetchDeadline().plus(GRACE),
                () -> refusals.refuse(
                        work,
                        Reason.FETCH_TIMEOUT,
                        "The file did not arrive within "
                                + limits.fetchDeadline().toMillis() + " ms (bulwark.fetch.deadline)"));
    }

    private Optional<PreparedImage> look(UploadWork work, FetchResult file) {
        if (file instanceof FetchResult.Refused refused) {
            refusals.refuse(work, refused.reason(), refused.detail());
            return Optional.empty();
        }
        FetchResult.Fetched fetched = (FetchResult.Fetched) file;
        work.hasContent(fetched.sha256());
        long start = clock.nanos();
        PictureRead read = reader.read(fetched.bytes(), picturesAreKnown.getAsBoolean());
        work.flight().span().step("decode", start, clock.nanos());
        if (read instanceof PictureRead.Seen seen) {
            work.timings().add(Step.DECODE, seen.decoding().toNanos() / 1_000);
            work.timings().add(Step.PREPROCESS, seen.preprocessing().toNanos() / 1_000);
            work.hasPictures(seen.hashes());
            return Optional.of(new PreparedImage(work, seen.views(), seen.twinViews(), clock.nanos()));
        }
        refusals.refuse(work, read);
        return Optional.empty();
    }

    private void hand(PreparedImage image) {
        try {
            ready.put(image);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last line of defence: whatever a step throws is that upload's outcome. */
    private <T> Optional<T> guarded(UploadWork work, Supplier<Optional<T>> step) {
        if (work.flight().isDone()) {
            return Optional.empty();
        }
        try {
            return step.get();
        } catch (ReaderUnavailableException notTheFiles) {
            work.flight().complete(new Outcome.TryLater(notTheFiles.getMessage()));
        } catch (RuntimeException | StackOverflowError failure) {
            refusals.unexpected(work, Reason.CORRUPT_IMAGE, "The file breaks the steps that prepare it", failure);
        }
        return Optional.empty();
    }
}
