package io.bulwark.service.outcome;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.UploadOrigin;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.UploadSpan;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * One record of the uploads topic, or of that of deferred ones, between its poll and its commit. Whoever completes it first wins: a deadline may
 * overtake the step that it watches, whose late answer is then dropped. Any thread.
 */
public final class UploadInFlight {

    private final ConsumerRecord<byte[], byte[]> record;
    private final TopicPartition partition;
    private final UploadOrigin origin;
    private final Runnable onCompleted;
    private final NanoClock clock;
    private final UploadSpan span;
    private final long polledAtNanos;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();
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
        this.polledAtNanos = clock.nanos();
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

    public long polledAtNanos() {
        return polledAtNanos;
    }

    /** Its way, step by step. */
    public UploadSpan span() {
        return span;
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

    /** Nobody waits for it any more: its partition went to another worker, or it will be read again. */
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
}
