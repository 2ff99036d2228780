package io.bulwark.service.pipeline;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.UploadOrigin;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.telemetry.Timings;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.Tracing.UploadSpan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * One record of the uploads topic or the deferred topic between its poll and its commit, and what is known of it so
 * far. The first outcome counts: a deadline may overtake the step that it watches, whose late answer is then dropped.
 * One thread at a time prepares it; the deadline's thread may read it at any moment.
 */
public final class UploadInFlight {

    private final ConsumerRecord<byte[], byte[]> record;
    private final TopicPartition partition;
    private final UploadOrigin origin;
    private final Runnable onCompleted;
    private final NanoClock clock;
    private final UploadSpan span;
    private final Timings timings = new Timings();
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();
    private volatile UploadFacts facts;
    private volatile String sha256;
    private volatile List<FileDigest> digests = List.of();
    private volatile List<PdqVariants> pictures = List.of();
    private volatile Optional<HashMatch.Found> found = Optional.empty();
    private volatile Optional<ScalingTrace> scaling = Optional.empty();
    private volatile boolean abandoned;

    /**
     * Begins a flight without spans.
     *
     * @param record as polled; its value is not modified
     * @param clock for the time that answers wait
     * @param onCompleted called once, on the completing thread, not if abandoned
     */
    public UploadInFlight(ConsumerRecord<byte[], byte[]> record, NanoClock clock, Runnable onCompleted) {
        this(record, clock, onCompleted, Tracing.OFF.begin(record));
    }

    /** The same with the span of its way. */
    public UploadInFlight(
            ConsumerRecord<byte[], byte[]> record, NanoClock clock, Runnable onCompleted, UploadSpan span) {
        this.record = record;
        this.partition = new TopicPartition(record.topic(), record.partition());
        this.origin = UploadOrigin.of(record);
        this.onCompleted = onCompleted;
        this.clock = clock;
        this.span = span;
    }

    public ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    /** Where it was read. */
    public TopicPartition partition() {
        return partition;
    }

    /** Where it was first, and when; its answer names this. */
    public UploadOrigin origin() {
        return origin;
    }

    public long offset() {
        return record.offset();
    }

    /** Its way, step by step. */
    public UploadSpan span() {
        return span;
    }

    public Timings timings() {
        return timings;
    }

    /** The event was read. */
    public void isUpload(ImageUploaded event) {
        facts = UploadFacts.of(event, this);
    }

    /** What a verdict repeats of the event; empty until it was read. */
    public Optional<UploadFacts> facts() {
        return Optional.ofNullable(facts);
    }

    /**
     * The file has arrived.
     *
     * @param digest its SHA-256
     * @param others its MD5 and SHA-1, where the bank knows such
     */
    public void hasContent(String digest, List<FileDigest> others) {
        digests = others;
        sha256 = digest;
    }

    /** The SHA-256 of the file; empty until it has arrived. */
    public Optional<String> sha256() {
        return Optional.ofNullable(sha256);
    }

    /**
     * The file was read.
     *
     * @param hashes of its pictures
     * @param trace of a picture that is hidden in one of them
     */
    public void wasRead(List<PdqVariants> hashes, Optional<ScalingTrace> trace) {
        pictures = hashes;
        found = Optional.empty();
        scaling = trace;
    }

    /** Hashes by which the file may be known. */
    public ContentHashes hashes() {
        return new ContentHashes(sha256().map(Sha256::parse), digests, pictures);
    }

    /** A bank was asked for its present hashes. */
    void isKnownAs(HashMatch.Found matches) {
        found = Optional.of(matches);
    }

    /** What a bank said of the hashes that it had last. */
    Optional<HashMatch.Found> found() {
        return found;
    }

    /** Traces of a hidden picture. */
    public Optional<ScalingTrace> scaling() {
        return scaling;
    }

    /** Bytes that the record holds: value, key and headers, each of which may be as large as a record. */
    public int recordBytes() {
        int bytes = Math.max(0, record.serializedValueSize()) + Math.max(0, record.serializedKeySize());
        for (Header header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** What became of it; empty while nothing has. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome.get());
    }

    /** Gives the outcome; false if there is one already, which then stays. */
    public boolean complete(Outcome value) {
        boolean first = outcome.compareAndSet(null, value);
        if (first && !abandoned) {
            onCompleted.run();
        }
        return first;
    }

    /** Its outcome no longer counts: its partition went to another worker, or it will be read again. */
    public void abandon() {
        abandoned = true;
        span.end("ABANDONED", clock.nanos());
    }

    /** Whether a step may skip it. */
    public boolean isDone() {
        return abandoned || outcome.get() != null;
    }

    /** It was to be deferred, and cannot be: it is a dead letter with this story instead. Any other outcome stays. */
    public void cannotBeDeferred(DeadLetterHeaders story) {
        outcome.updateAndGet(given -> given instanceof Outcome.Deferred ? new Outcome.DeadLettered(story) : given);
    }

    /** Completes it as a dead letter. */
    public void deadLetter(String reason, String detail) {
        complete(new Outcome.DeadLettered(DeadLetterHeaders.of(record, reason, detail)));
    }

    /** Where the loop sends uploads. */
    public interface UploadSink {

        /** Sends an upload on its way; never throws for what it holds, and does not wait. */
        void submit(UploadInFlight upload);

        /**
         * Refuses an upload that brought down workers: its event is read for the verdict. Its bytes are compared with
         * hashes where labels are restricted, and never decoded.
         */
        void refusePoison(UploadInFlight upload);

        /**
         * Whether nothing runs here: neither what is waited for nor what was abandoned or refused for its deadline
         * since. Any thread.
         */
        boolean isIdle();

        /** Why no upload will be answered any more; empty while all is well. */
        Optional<Throwable> failure();
    }

    /**
     * What a verdict repeats of its upload.
     *
     * @param uploadedAt when the broker took it in
     * @param attributes the producer's, as far as {@link #MAX_ATTRIBUTES} and {@link #MAX_ATTRIBUTE_BYTES} allow:
     *     they may be of any size, and a verdict that repeated them all could outgrow its topic
     */
    public record UploadFacts(
            String imageId,
            String uploaderId,
            String tenant,
            RecordCoordinates coordinates,
            Instant uploadedAt,
            Map<String, String> attributes) {

        /** Attributes that a verdict repeats at most, in the order of their names. */
        static final int MAX_ATTRIBUTES = 32;

        /**
         * Bytes of names and values together, in UTF-8, that a verdict repeats at most; an attribute is repeated whole
         * or not.
         */
        static final int MAX_ATTRIBUTE_BYTES = 8 * 1024;

        public static UploadFacts of(ImageUploaded event, UploadInFlight upload) {
            return new UploadFacts(
                    event.getImageId(),
                    event.getUploaderId(),
                    event.getTenant(),
                    new RecordCoordinates(
                            upload.origin().topic(),
                            upload.origin().partition(),
                            upload.origin().offset()),
                    Instant.ofEpochMilli(upload.origin().timestamp()),
                    bounded(event.getAttributes()));
        }

        private static Map<String, String> bounded(Map<String, String> attributes) {
            Map<String, String> kept = new TreeMap<>();
            int left = MAX_ATTRIBUTE_BYTES;
            for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
                int length = bytes(attribute.getKey()) + bytes(attribute.getValue());
                if (length <= left && kept.size() < MAX_ATTRIBUTES) {
                    kept.put(attribute.getKey(), attribute.getValue());
                    left -= length;
                }
            }
            return kept;
        }

        private static int bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
    }
}
