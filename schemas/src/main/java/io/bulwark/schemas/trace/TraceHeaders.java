package io.bulwark.schemas.trace;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a record that name its trace, of W3C's Trace Context (Recommendation, 2021). What is malformed or too
 * long counts as not there, a {@code tracestate} without a valid {@code traceparent} as well; of several the last
 * counts. Any thread.
 */
public final class TraceHeaders {

    /** The trace and the span that a record follows from. */
    public static final String PARENT = "traceparent";

    /** What vendors add to it. */
    public static final String STATE = "tracestate";

    /** Version 00 has 55; later ones may append fields. */
    static final int MAX_PARENT_BYTES = 128;

    /** What the Recommendation wants to be handed on at least. */
    static final int MAX_STATE_BYTES = 512;

    private static final List<String> NAMES = List.of(PARENT, STATE);

    private static final TextMapGetter<Headers> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return NAMES;
        }

        @Override
        public String get(Headers headers, String name) {
            Header header = headers == null ? null : headers.lastHeader(name);
            return header == null || isTooLong(header) ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    };

    private static final TextMapGetter<Map<String, String>> TEXTS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> texts) {
            return texts.keySet();
        }

        @Override
        public String get(Map<String, String> texts, String name) {
            return texts == null ? null : texts.get(name);
        }
    };

    private TraceHeaders() {}

    /** The trace that a record names, as the parent of spans; the root where it names none. */
    public static Context read(Headers headers) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
    }

    /**
     * Writes the headers of a trace in place of the present ones, which are removed where there is no trace.
     *
     * @param headers modified
     */
    public static void write(Context trace, Headers headers) {
        NAMES.forEach(headers::remove);
        texts(trace).forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The {@code traceparent} of these headers alone; empty where it is none. What vendors and producers add to it stays
     * behind: what is decided of an image is read by others than its verdict, and kept for longer.
     */
    public static Headers only(Headers headers) {
        var trace = new RecordHeaders();
        parent(read(headers)).ifPresent(parent -> trace.add(PARENT, parent.getBytes(StandardCharsets.UTF_8)));
        return trace;
    }

    /** A trace as the headers of an HTTP request; empty where there is none. */
    public static Map<String, String> texts(Context trace) {
        var texts = new HashMap<String, String>();
        W3CTraceContextPropagator.getInstance().inject(trace, texts, Map::put);
        return texts;
    }

    /** The trace that a {@code traceparent} names; the root where it is none. */
    public static Context parse(String parent) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), Map.of(PARENT, parent), TEXTS);
    }

    /** The {@code traceparent} of a trace; empty where there is none. */
    public static Optional<String> parent(Context trace) {
        return Optional.ofNullable(texts(trace).get(PARENT));
    }

    private static boolean isTooLong(Header header) {
        int most = header.key().equals(PARENT) ? MAX_PARENT_BYTES : MAX_STATE_BYTES;
        return header.value() == null || header.value().length > most;
    }
}
