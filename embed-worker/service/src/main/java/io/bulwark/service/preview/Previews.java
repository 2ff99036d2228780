package io.bulwark.service.preview;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.imaging.preview.Preview.BaselineJpeg;
import io.bulwark.imaging.process.PictureReader.PicturePreviewer;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.preview.Previews.PreviewAnswer.Refused;
import io.bulwark.service.preview.Previews.PreviewAnswer.Shown;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/** From the coordinates of an upload to the picture of it. Many threads may ask at once; each waits for its answer. */
public final class Previews {

    private final Function<PreviewQuestion, Optional<byte[]>> records;
    private final EventDecoder<ImageUploaded> events;
    private final ImageSources sources;
    private final PicturePreviewer previewer;

    /**
     * @param records gives the value of a record, as {@link UploadRecords#read}
     */
    public Previews(
            Function<PreviewQuestion, Optional<byte[]>> records,
            EventDecoder<ImageUploaded> events,
            ImageSources sources,
            PicturePreviewer previewer) {
        this.records = records;
        this.events = events;
        this.sources = sources;
        this.previewer = previewer;
    }

    /** The picture, or why there is none. */
    public PreviewAnswer show(PreviewQuestion question) {
        try {
            return records.apply(question)
                    .map(value -> event(question, value))
                    .orElseGet(() -> new Refused(
                            HttpRefusal.PICTURE_GONE,
                            "The upload's record is not on " + question.topic() + " any more."));
        } catch (KafkaException silent) {
            return new Refused(
                    HttpRefusal.BUSY,
                    "The upload's record could not be read: "
                            + ConnectionFaults.explain(silent).orElseGet(silent::getMessage));
        } catch (ReaderUnavailableException notTheFiles) {
            return new Refused(HttpRefusal.BUSY, notTheFiles.getMessage());
        }
    }

    private PreviewAnswer event(PreviewQuestion question, byte[] value) {
        DecodedEvent<ImageUploaded> decoded = events.decode(question.topic(), value);
        if (decoded instanceof DecodedEvent.Undecodable<ImageUploaded> undecodable) {
            HttpRefusal kind = undecodable.reason().retriable() ? HttpRefusal.BUSY : HttpRefusal.PICTURE_UNDECODABLE;
            return new Refused(kind, undecodable.detail());
        }
        Object content = ((DecodedEvent.Event<ImageUploaded>) decoded).value().getContent();
        FetchResult file =
                content instanceof InlineImage inline ? sources.inline(inline) : sources.fetch((ImageLocation) content);
        try {
            return file(question, file);
        } finally {
            file.release();
        }
    }

    private PreviewAnswer file(PreviewQuestion question, FetchResult file) {
        if (file instanceof FetchResult.Refused refused) {
            return new Refused(kind(refused), refused.detail());
        }
        FetchResult.Fetched fetched = (FetchResult.Fetched) file;
        if (!fetched.sha256().equals(question.sha256())) {
            return new Refused(
                    HttpRefusal.PICTURE_CHANGED, "The file is not the one that was judged: its SHA-256 is another.");
        }
        PictureRead read = previewer.preview(fetched.bytes(), question.strip());
        return read instanceof PictureRead.Shown shown
                ? new Shown(
                        BaselineJpeg.encode(shown.preview()), shown.preview().frames())
                : new Refused(
                        read instanceof PictureRead.Overdue ? HttpRefusal.BUSY : HttpRefusal.PICTURE_UNDECODABLE,
                        why(question, read));
    }

    /**
     * What was judged had a size that is allowed, and the announced hash: a file that has not is another. A location
     * that does not answer now may answer later; one that denies the file hardly will.
     */
    private static HttpRefusal kind(FetchResult.Refused refused) {
        return switch (refused.reason()) {
            case CHECKSUM_MISMATCH, SIZE_MISMATCH, TOO_LARGE -> HttpRefusal.PICTURE_CHANGED;
            case FETCH_FAILED, FETCH_TIMEOUT ->
                refused.denied() ? HttpRefusal.PICTURE_GONE : HttpRefusal.LOCATION_SILENT;
            default -> HttpRefusal.PICTURE_GONE;
        };
    }

    private static String why(PreviewQuestion question, PictureRead unread) {
        if (unread instanceof PictureRead.Refused refused) {
            return refused.detail();
        }
        if (unread instanceof PictureRead.Overdue overdue) {
            return "The file could not be decoded within " + overdue.allowed().toMillis()
                    + " ms (bulwark.decode.deadline).";
        }
        if (unread instanceof PictureRead.Deadly deadly) {
            WorkerLog.deadlyFile(question.partition(), question.offset(), deadly.how());
            return "Two processes died while they decoded the file.";
        }
        if (unread instanceof PictureRead.Broken broken) {
            WorkerLog.brokenFile(question.partition(), question.offset(), broken.failure());
            return "The file breaks the steps that decode it.";
        }
        throw new IllegalArgumentException("No preview was asked for, but there is " + unread);
    }

    /** The answer to a question for a picture. */
    public sealed interface PreviewAnswer {

        /**
         * Here it is.
         *
         * @param jpeg a baseline JPEG
         * @param frames frames of the file that were judged
         */
        record Shown(byte[] jpeg, int frames) implements PreviewAnswer {}

        /**
         * There is nothing to show.
         *
         * @param detail one sentence; holds no location and no content
         */
        record Refused(HttpRefusal kind, String detail) implements PreviewAnswer {}
    }
}
