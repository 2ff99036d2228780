package io.bulwark.service.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;

/**
 * The way of one upload from its poll to its commit, as a span with a child for each step; or, where no spans are made,
 * no more than the trace that the upload's record names. Any thread.
 */
public final class UploadSpan {

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
     * The upload was answered, or is somebody else's now. Only the first end counts.
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
     * Writes {@code traceparent} and {@code tracestate} in place of what was there: the span's, or those of the upload's
     * record where no spans are made. Where there is no trace, nothing is there afterwards.
     *
     * @param headers modified
     */
    public void writeTo(Headers headers) {
        headers.remove(TraceHeaders.PARENT);
        headers.remove(TraceHeaders.STATE);
        W3CTraceContextPropagator.getInstance()
                .inject(context, headers, (all, name, value) -> all.add(name, value.getBytes(StandardCharsets.UTF_8)));
    }
}
