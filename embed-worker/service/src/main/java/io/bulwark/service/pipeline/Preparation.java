package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Reason;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.process.PictureReader;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.pipeline.Pipeline.KnownFiles;
import io.bulwark.service.pipeline.Pipeline.PreparationSteps;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.telemetry.Timings.Step;
import io.bulwark.service.telemetry.Tracing.UploadSpan.SpanStep;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The first half of the way: event, bytes, pictures, views. Each step either hands on or completes the upload; nothing
 * is thrown. The loop's thread submits.
 */
final class Preparation implements UploadSink {

    private static final String POISON =
            "The upload was in flight when a worker died, and alone when the next two died";

    private final EventDecoder<ImageUploaded> events;
    private final ImageSources inlines;
    private final PictureReader reader;
    private final BooleanSupplier picturesAreKnown;
    private final KnownFiles known;
    private final Refusals refusals;
    private final ReadyQueue ready;
    private final PreparationPool preparing;
    private final Fetching fetching;
    private final Activity lane;
    private final Activity awaited;
    private final Supplier<Optional<Throwable>> failure;
    private final int deferrableBytes;
    private final NanoClock clock;

    /**
     * Prepares the uploads of one lane.
     *
     * @param lane activity of its uploads
     * @param awaited activity that has to end before the lane is idle
     * @param failure of the whole pipeline
     * @param deferrableBytes of an event up to which it is deferred for its file's many views; 0 for none
     */
    Preparation(
            PreparationSteps steps,
            KnownFiles known,
            Refusals refusals,
            ReadyQueue ready,
            PreparationPool preparing,
            Fetching fetching,
            Activity lane,
            Activity awaited,
            Supplier<Optional<Throwable>> failure,
            int deferrableBytes,
            NanoClock clock) {
        this.events = steps.events();
        this.inlines = steps.promptSources();
        this.reader = steps.reader();
        this.picturesAreKnown = steps.picturesAreKnown();
        this.known = known;
        this.refusals = refusals;
        this.ready = ready;
        this.preparing = preparing;
        this.fetching = fetching;
        this.lane = lane;
        this.awaited = awaited;
        this.failure = failure;
        this.deferrableBytes = deferrableBytes;
        this.clock = clock;
    }

    @Override
    public void submit(UploadInFlight upload) {
        prepare(upload, () -> read(upload), () -> {});
    }

    /**
     * Its file is compared with the restricted hash lists, which decodes nothing; where it is at a location, it is
     * fetched for that. Where the comparison fails, it is refused as one that no list has: an upload that killed three
     * times is not tried again. An event that cannot be read at once is a dead letter.
     */
    @Override
    public void refusePoison(UploadInFlight upload) {
        lane.begins();
        preparing.submit(
                () -> {
                    try {
                        event(upload, undecodable -> bury(upload, undecodable.detail()), bad -> bury(upload, bad))
                                .filter(event -> !isKnownPoison(upload, event.getContent()))
                                .ifPresent(unknown -> refusals.refuse(upload, Reason.POISON, POISON));
                    } catch (RuntimeException | StackOverflowError failed) {
                        bury(upload, failed.getClass().getSimpleName());
                    }
                    return upload;
                },
                answered -> lane.ends());
    }

    /** Completes an upload whose bytes are on a restricted list; false where they are not, or it is not known. */
    private boolean isKnownPoison(UploadInFlight upload, Object content) {
        if (!known.isAsked()) {
            return false;
        }
        try {
            FetchResult file = content instanceof InlineImage inline
                    ? inlines.inline(inline)
                    : inlines.fetch((ImageLocation) content);
            try {
                return isKnown(upload, file);
            } finally {
                file.release();
            }
        } catch (RuntimeException | StackOverflowError failed) {
            WorkerLog.unexpected(
                    "comparison with hash lists", upload.partition().partition(), upload.offset(), failed);
            return false;
        }
    }

    /** The same of a file that was fetched, whether or not it is of use otherwise. */
    private boolean isKnown(UploadInFlight upload, FetchResult file) {
        if (file instanceof FetchResult.Fetched fetched) {
            upload.hasContent(fetched.sha256(), known.digests(fetched.bytes()));
            return known.answers(upload);
        }
        Optional<ContentHashes> arrived = known.isAsked() ? ((FetchResult.Refused) file).arrived() : Optional.empty();
        arrived.ifPresent(
                hashes -> upload.hasContent(hashes.file().orElseThrow().hex(), hashes.digests()));
        return arrived.isPresent() && known.answers(upload);
    }

    private static void bury(UploadInFlight upload, String unread) {
        upload.deadLetter(Reason.POISON.name(), POISON + "; no verdict can be written for its event: " + unread);
    }

    @Override
    public boolean isIdle() {
        return awaited.isNone();
    }

    @Override
    public Optional<Throwable> failure() {
        return failure.get();
    }

    /** The bytes stay in reach until the task is over; so that is when they are released, whatever became of it. */
    private void prepare(UploadInFlight upload, Supplier<Optional<PreparedImage>> step, Runnable release) {
        ready.preparationBegins();
        lane.begins();
        preparing.submit(() -> refusals.guard(upload, step), image -> {
            try {
                image.ifPresent(this::hand);
            } finally {
                release.run();
                ready.preparationEnds();
                lane.ends();
            }
        });
    }

    private Optional<PreparedImage> read(UploadInFlight upload) {
        Optional<Object> content = event(
                        upload,
                        undecodable -> upload.complete(unreadable(upload, undecodable)),
                        bad -> upload.deadLetter("INVALID_EVENT", bad))
                .map(ImageUploaded::getContent);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        if (content.get() instanceof InlineImage inline) {
            return look(upload, inlines.inline(inline));
        }
        fetching.fetch(
                upload,
                (ImageLocation) content.get(),
                file -> prepare(upload, () -> look(upload, file), file::release));
        return Optional.empty();
    }

    /** The event of an upload that a verdict can be written for; empty if one of the other two was called. */
    private Optional<ImageUploaded> event(
            UploadInFlight upload,
            Consumer<DecodedEvent.Undecodable<ImageUploaded>> onUndecodable,
            Consumer<String> onInvalid) {
        DecodedEvent<ImageUploaded> decoded =
                events.decode(upload.origin().topic(), upload.record().value());
        if (decoded instanceof DecodedEvent.Undecodable<ImageUploaded> undecodable) {
            onUndecodable.accept(undecodable);
            return Optional.empty();
        }
        ImageUploaded event = ((DecodedEvent.Event<ImageUploaded>) decoded).value();
        Optional<String> oddity = UploadIds.oddity(event);
        oddity.ifPresentOrElse(onInvalid, () -> upload.isUpload(event));
        return oddity.isPresent() ? Optional.empty() : Optional.of(event);
    }

    private static Outcome unreadable(UploadInFlight upload, DecodedEvent.Undecodable<ImageUploaded> undecodable) {
        if (undecodable.reason().retriable()) {
            return new Outcome.TryLater(undecodable.detail());
        }
        return new Outcome.DeadLettered(
                DeadLetterHeaders.of(upload.record(), undecodable.reason().name(), undecodable.detail())
                        .withSchemaFingerprint(undecodable.schemaFingerprint()));
    }

    private Optional<PreparedImage> look(UploadInFlight upload, FetchResult file) {
        if (isKnown(upload, file)) {
            return Optional.empty();
        }
        if (file instanceof FetchResult.Refused refused) {
            refusals.refuse(upload, refused.reason(), refused.detail());
            return Optional.empty();
        }
        FetchResult.Fetched fetched = (FetchResult.Fetched) file;
        long start = clock.nanos();
        PictureRead read = reader.read(fetched.bytes(), picturesAreKnown.getAsBoolean());
        upload.span().step(SpanStep.DECODE, start, clock.nanos());
        if (read instanceof PictureRead.Seen seen) {
            upload.timings().add(Step.DECODE, seen.decoding().toNanos() / 1_000);
            upload.timings().add(Step.PREPROCESS, seen.preprocessing().toNanos() / 1_000);
            upload.wasRead(seen.hashes(), seen.scaling());
            if (known.answers(upload)) {
                return Optional.empty();
            }
            if (isDeferred(upload, seen)) {
                upload.complete(new Outcome.Deferred());
                return Optional.empty();
            }
            return Optional.of(new PreparedImage(upload, seen.views(), seen.twinViews(), clock.nanos(), lane));
        }
        refusals.refuse(upload, read);
        return Optional.empty();
    }

    /** Answers are committed in order: whatever was uploaded behind it would wait for its turns at the encoder. */
    private boolean isDeferred(UploadInFlight upload, PictureRead.Seen seen) {
        return deferrableBytes > 0
                && View.isSampled(seen.views().get(0).name())
                && upload.recordBytes() <= deferrableBytes;
    }

    private void hand(PreparedImage image) {
        try {
            ready.put(image);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
