package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.process.PictureRead;
import io.bulwark.imaging.process.PictureReader;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.UploadFacts;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.telemetry.SpanStep;
import io.bulwark.service.telemetry.Step;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The first half of the way: event, bytes, pictures, views. Each step either hands on or completes the upload; nothing
 * is thrown. The loop's thread submits.
 */
final class Preparation {

    private final EventDecoder<ImageUploaded> events;
    private final ImageSources inlines;
    private final PictureReader reader;
    private final BooleanSupplier picturesAreKnown;
    private final Refusals refusals;
    private final ReadyQueue ready;
    private final PreparationPool preparing;
    private final Fetching fetching;
    private final Guard guard;
    private final Activity lane;
    private final int deferrableBytes;
    private final NanoClock clock;

    /** @param deferrableBytes of an event up to which it is deferred for its file's many views; 0 where none is */
    Preparation(
            PreparationSteps steps,
            Refusals refusals,
            ReadyQueue ready,
            PreparationPool preparing,
            Fetching fetching,
            Guard guard,
            Activity lane,
            int deferrableBytes,
            NanoClock clock) {
        this.events = steps.events();
        this.inlines = steps.promptSources();
        this.reader = steps.reader();
        this.picturesAreKnown = steps.picturesAreKnown();
        this.refusals = refusals;
        this.ready = ready;
        this.preparing = preparing;
        this.fetching = fetching;
        this.guard = guard;
        this.lane = lane;
        this.deferrableBytes = deferrableBytes;
        this.clock = clock;
    }

    void submit(UploadInFlight flight) {
        UploadWork work = new UploadWork(flight, lane);
        prepare(work, () -> read(work), () -> {});
    }

    /** The bytes stay in reach until the task is over; so that is when they are released, whatever became of it. */
    private void prepare(UploadWork work, Supplier<Optional<PreparedImage>> step, Runnable release) {
        ready.preparationBegins();
        lane.begins();
        preparing.submit(() -> guard.run(work, step), image -> {
            try {
                image.ifPresent(this::hand);
            } finally {
                release.run();
                ready.preparationEnds();
                lane.ends();
            }
        });
    }

    private Optional<PreparedImage> read(UploadWork work) {
        UploadInFlight flight = work.flight();
        DecodedEvent<ImageUploaded> decoded =
                events.decode(flight.origin().topic(), flight.record().value());
        if (decoded instanceof DecodedEvent.Undecodable<ImageUploaded> undecodable) {
            flight.complete(unreadable(flight, undecodable));
            return Optional.empty();
        }
        ImageUploaded event = ((DecodedEvent.Event<ImageUploaded>) decoded).value();
        Optional<String> oddity = UploadIds.oddity(event);
        if (oddity.isPresent()) {
            flight.deadLetter("INVALID_EVENT", oddity.get());
            return Optional.empty();
        }
        work.isUpload(UploadFacts.of(event, flight));
        if (event.getContent() instanceof InlineImage inline) {
            return look(work, inlines.inline(inline));
        }
        fetching.fetch(
                work, (ImageLocation) event.getContent(), file -> prepare(work, () -> look(work, file), file::release));
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

    private Optional<PreparedImage> look(UploadWork work, FetchResult file) {
        if (file instanceof FetchResult.Refused refused) {
            refusals.refuse(work, refused.reason(), refused.detail());
            return Optional.empty();
        }
        FetchResult.Fetched fetched = (FetchResult.Fetched) file;
        work.hasContent(fetched.sha256());
        long start = clock.nanos();
        PictureRead read = reader.read(fetched.bytes(), picturesAreKnown.getAsBoolean());
        work.flight().span().step(SpanStep.DECODE, start, clock.nanos());
        if (read instanceof PictureRead.Seen seen && isDeferred(work, seen)) {
            work.flight().complete(new Outcome.Deferred());
            return Optional.empty();
        }
        if (read instanceof PictureRead.Seen seen) {
            work.timings().add(Step.DECODE, seen.decoding().toNanos() / 1_000);
            work.timings().add(Step.PREPROCESS, seen.preprocessing().toNanos() / 1_000);
            work.hasPictures(seen.hashes());
            work.hasTrace(seen.scaling());
            return Optional.of(new PreparedImage(work, seen.views(), seen.twinViews(), clock.nanos()));
        }
        refusals.refuse(work, read);
        return Optional.empty();
    }

    /** Answers are committed in order: whatever was uploaded behind it would wait for its turns at the encoder. */
    private boolean isDeferred(UploadWork work, PictureRead.Seen seen) {
        return deferrableBytes > 0
                && View.isSampled(seen.views().get(0).name())
                && work.flight().recordBytes() <= deferrableBytes;
    }

    private void hand(PreparedImage image) {
        try {
            ready.put(image);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
