package io.bulwark.stream.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * A collector on this machine: takes spans by OTLP over HTTP and reads of each what tests need, from the bytes of
 * {@code ExportTraceServiceRequest} (opentelemetry-proto 1.x).
 */
public final class SpanCollector implements AutoCloseable {

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    public SpanCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /** As {@code bulwark.tracing.endpoint} wants it. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The spans of a trace, oldest first. */
    public List<Span> of(String trace) {
        return spans.stream()
                .filter(span -> span.trace().equals(trace))
                .sorted(Comparator.comparingLong(Span::start))
                .toList();
    }

    public List<String> names(String trace) {
        return of(trace).stream().map(Span::name).toList();
    }

    /** The first of that name. */
    public Span named(String trace, String name) {
        return of(trace).stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The last of that name, of any trace. */
    public Span named(String name) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .max(Comparator.comparingLong(Span::start))
                .orElseThrow();
    }

    /** All that was received, as text. */
    public List<String> texts() {
        return texts;
    }

    /** A trace as a page shows it: children below their parents, with milliseconds from its begin. */
    public String tree(String trace) {
        List<Span> all = of(trace);
        var lines = new StringBuilder();
        all.stream()
                .filter(span -> all.stream().noneMatch(other -> other.id().equals(span.parent())))
                .forEach(root -> append(lines, all, root, all.get(0).start(), ""));
        return lines.toString();
    }

    private static void append(StringBuilder lines, List<Span> all, Span span, long begin, String indent) {
        lines.append("\n%s%s  +%d ms, %.1f ms"
                .formatted(indent, span.name(), (span.start() - begin) / 1_000_000, (span.end() - span.start()) / 1e6));
        all.stream()
                .filter(child -> child.parent().equals(span.id()))
                .forEach(child -> append(lines, all, child, begin, indent + "  "));
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            texts.add(new String(body, StandardCharsets.ISO_8859_1));
            fields(
                    ByteBuffer.wrap(body),
                    (field, resource) -> fields(resource, (inResource, scope) -> {
                        if (inResource == 2) {
                            fields(scope, (inScope, span) -> {
                                if (inScope == 2) {
                                    spans.add(span(span));
                                }
                            });
                        }
                    }));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Span span(ByteBuffer bytes) {
        var texts = new String[] {"", "", "", ""};
        var times = new long[2];
        var links = new ArrayList<String>();
        fields(bytes, (field, value) -> {
            switch (field) {
                case 1 -> texts[0] = hex(value);
                case 2 -> texts[1] = hex(value);
                case 4 -> texts[2] = hex(value);
                case 5 -> texts[3] = StandardCharsets.UTF_8.decode(value).toString();
                case 7, 8 -> times[field - 7] = value.getLong();
                case 13 ->
                    fields(value, (inLink, id) -> {
                        if (inLink == 1) {
                            links.add(hex(id));
                        }
                    });
                default -> {}
            }
        });
        return new Span(texts[0], texts[1], texts[2], texts[3], times[0], times[1], links);
    }

    private static String hex(ByteBuffer bytes) {
        var all = new byte[bytes.remaining()];
        bytes.get(all);
        return HexFormat.of().formatHex(all);
    }

    /** Calls for each field of a message with its number and bytes; numbers that are packed are left out. */
    private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> field) {
        while (message.hasRemaining()) {
            int tag = (int) varint(message);
            int length = switch (tag & 7) {
                case 0 -> {
                    varint(message);
                    yield -1;
                }
                case 1 -> Long.BYTES;
                case 2 -> (int) varint(message);
                case 5 -> Integer.BYTES;
                default -> throw new IllegalArgumentException("no protobuf");
            };
            if (length >= 0) {
                field.accept(
                        tag >>> 3, message.slice(message.position(), length).order(ByteOrder.LITTLE_ENDIAN));
                message.position(message.position() + length);
            }
        }
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /**
     * A span.
     *
     * @param trace its trace's id, in hexadecimal digits
     * @param parent empty where it has none
     * @param start nanoseconds since 1970
     * @param end nanoseconds since 1970
     * @param links the traces that it is linked to
     */
    public record Span(String trace, String id, String parent, String name, long start, long end, List<String> links) {}
}
