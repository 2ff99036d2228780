package io.bulwark.service.telemetry;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The headers of a record that name its trace, of W3C's Trace Context (Recommendation, 2021). What is malformed or too
 * long counts as not there, a {@code tracestate} without a valid {@code traceparent} as well; of several the last
 * counts.
 */
final class TraceHeaders {

    static final String PARENT = "traceparent";
    static final String STATE = "tracestate";

    /** Version 00 has 55; later ones may append fields. */
    static final int MAX_PARENT_BYTES = 128;

    /** What the Recommendation wants to be handed on at least. */
    static final int MAX_STATE_BYTES = 512;

    private static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return List.of(PARENT, STATE);
        }

        @Override
        public String get(Headers headers, String name) {
            Header header = headers == null ? null : headers.lastHeader(name);
            int most = name.equals(PARENT) ? MAX_PARENT_BYTES : MAX_STATE_BYTES;
            return header == null || header.value() == null || header.value().length > most
                    ? null
                    : new String(header.value(), StandardCharsets.UTF_8);
        }
    };

    private TraceHeaders() {}

    /** The trace that a record names, as the parent of spans; the root where it names none. */
    static Context read(Headers headers) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
    }
}
