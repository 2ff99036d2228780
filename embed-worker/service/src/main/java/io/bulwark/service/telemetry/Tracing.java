package io.bulwark.service.telemetry;

import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.service.lifecycle.NanoClock;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Makes spans: one for each upload, below the span that its record's {@code traceparent} names, with a child for each
 * of fetch, decode, embed, twin, decide and commit; and one for each poll that brought something. Attributes are those
 * of OpenTelemetry's conventions for messaging, and never ids of people, locations or content. Any thread.
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
     * A poll is over; a poll without records makes no span.
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

    /**
     * The way of one upload from its poll to its commit, as a span with a child for each step; or, where no spans are
     * made, no more than the trace that the upload's record names. Any thread.
     */
    public static final class UploadSpan {

        private final Tracer tracer;
        private final Span span;
        private final Context context;
        private final long epochNanos;

        /**
         * @param epochNanos of the moment at which the clock that steps are timed with says 0
         */
        UploadSpan(Tracer tracer, Span span, long epochNanos) {
            this.tracer = tracer;
            this.span = span;
            this.context = Context.root().with(span);
            this.epochNanos = epochNanos;
        }

        /** A step is over; both times are readings of the worker's clock. */
        public void step(SpanStep step, long startNanos, long endNanos) {
            if (span.isRecording()) {
                tracer.spanBuilder(step.label())
                        .setParent(context)
                        .setStartTimestamp(epochNanos + startNanos, TimeUnit.NANOSECONDS)
                        .startSpan()
                        .end(epochNanos + endNanos, TimeUnit.NANOSECONDS);
            }
        }

        /**
         * The upload was answered, or belongs to another worker now. Only the first end counts.
         *
         * @param outcome one word of a closed set
         * @param nanos a reading of the worker's clock
         */
        public void end(String outcome, long nanos) {
            if (span.isRecording()) {
                span.setAttribute(Tracing.OUTCOME, outcome);
                span.end(epochNanos + nanos, TimeUnit.NANOSECONDS);
            }
        }

        /**
         * Writes {@code traceparent} and {@code tracestate} in place of what was there: the span's, or those of the
         * upload's record where no spans are made. Where there is no trace, nothing is there afterwards.
         *
         * @param headers modified
         */
        public void writeTo(Headers headers) {
            TraceHeaders.write(context, headers);
        }

        /** The steps that are spans of their own. */
        public enum SpanStep {
            FETCH,
            DECODE,
            EMBED,
            TWIN,
            DECIDE,
            COMMIT;

            private final String label = name().toLowerCase(Locale.ROOT);

            /** The span's name, such as {@code fetch}. */
            String label() {
                return label;
            }
        }
    }
}
