package io.bulwark.service.telemetry;

import io.bulwark.service.lifecycle.NanoClock;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes spans: one for each upload, below the span that its record's {@code traceparent} names, with a child for each of
 * fetch, decode, embed, twin, decide and commit; and one for each poll that brought something. Attributes are those of
 * OpenTelemetry's conventions for messaging, and never ids of people, locations or content. Any thread.
 *
 * <p>Rejected: Quarkus' own extension. It would trace probes and scrapes too, is on until it is told otherwise, and
 * brings 42 jars of 14 MB; the API, the SDK and the exporter are 11 jars of 1.2 MB.
 */
public final class Tracing {

    /** Makes no spans; traces that records name are handed on. */
    public static final Tracing OFF = new Tracing(OpenTelemetry.noop(), false, Clock.systemUTC(), NanoClock.SYSTEM);

    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("bulwark.outcome");

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> TOPIC = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<Long> COUNT = AttributeKey.longKey("messaging.batch.message_count");

    private final Tracer tracer;
    private final boolean on;
    private final Clock wallClock;
    private final NanoClock clock;

    private Tracing(OpenTelemetry spans, boolean on, Clock wallClock, NanoClock clock) {
        this.tracer = spans.getTracer("io.bulwark.worker");
        this.on = on;
        this.wallClock = wallClock;
        this.clock = clock;
    }

    /**
     * Makes spans.
     *
     * @param spans takes them
     * @param wallClock for their times
     * @param clock that steps are timed with
     */
    public static Tracing of(OpenTelemetry spans, Clock wallClock, NanoClock clock) {
        return new Tracing(spans, true, wallClock, clock);
    }

    /** An upload was polled. */
    public UploadSpan begin(ConsumerRecord<?, ?> upload) {
        Context parent = TraceHeaders.read(upload.headers());
        if (!on) {
            return new UploadSpan(tracer, Span.fromContext(parent), 0);
        }
        long epochNanos = epochNanos();
        Span span = tracer.spanBuilder("process " + upload.topic())
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(epochNanos + clock.nanos(), TimeUnit.NANOSECONDS)
                .setAttribute(SYSTEM, "kafka")
                .setAttribute(OPERATION, "process")
                .setAttribute(TOPIC, upload.topic())
                .setAttribute(PARTITION, Integer.toString(upload.partition()))
                .setAttribute(OFFSET, upload.offset())
                .startSpan();
        return new UploadSpan(tracer, span, epochNanos);
    }

    /**
     * A poll is over; where it brought nothing, nothing is told.
     *
     * @param startNanos a reading of the clock at its begin
     */
    public void polled(Iterable<?> records, long startNanos) {
        if (!on) {
            return;
        }
        long count = 0;
        for (Object ignored : records) {
            count++;
        }
        if (count > 0) {
            long epochNanos = epochNanos();
            tracer.spanBuilder("poll")
                    .setNoParent()
                    .setSpanKind(SpanKind.CLIENT)
                    .setStartTimestamp(epochNanos + startNanos, TimeUnit.NANOSECONDS)
                    .setAttribute(SYSTEM, "kafka")
                    .setAttribute(OPERATION, "receive")
                    .setAttribute(COUNT, count)
                    .startSpan()
                    .end(epochNanos + clock.nanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Of the moment at which the clock says 0, as the wall clock has it now: it is set from time to time. */
    private long epochNanos() {
        Instant now = wallClock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - clock.nanos();
    }
}
