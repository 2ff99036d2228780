package io.bulwark.cli.bank.feed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** An exchange on this machine: answers what it was given, one answer after the other, the last one for ever. */
public final class ExchangeServer implements AutoCloseable {

    private final HttpServer server;
    private final Deque<Reply> replies = new ArrayDeque<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<Map<String, List<String>>> headers = Collections.synchronizedList(new ArrayList<>());

    private ExchangeServer(HttpServer server) {
        this.server = server;
    }

    public static ExchangeServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            ExchangeServer exchange = new ExchangeServer(server);
            server.createContext("/", exchange::answer);
            server.start();
            return exchange;
        } catch (IOException busy) {
            throw new UncheckedIOException(busy);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on. */
    public synchronized ExchangeServer answers(Reply... next) {
        replies.clear();
        replies.addAll(List.of(next));
        return this;
    }

    /** Path and query of each request, or its body, since the last time; what was asked is forgotten. */
    public List<String> asked() {
        List<String> copy = List.copyOf(asked);
        asked.clear();
        return copy;
    }

    Map<String, List<String>> lastHeaders() {
        return headers.get(headers.size() - 1);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestURI() + body);
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        Reply reply;
        synchronized (this) {
            reply = replies.size() > 1 ? replies.poll() : replies.peek();
        }
        reply.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** What it answers once. */
    public record Reply(int status, String body, Map<String, String> headers) {

        public static Reply ok(String body) {
            return new Reply(200, body, Map.of());
        }

        public static Reply status(int status) {
            return new Reply(status, "", Map.of("Retry-After", "0"));
        }
    }

    /**
     * NCMEC's XML.
     *
     * @param next path of the next page; empty for none
     * @param entries as {@link #ncmecImage} and {@link #ncmecDeleted} write them
     */
    public static Reply ncmec(String next, String... entries) {
        return Reply.ok("""
                <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
                <queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
                  <images count="%d" maxTimestamp="2026-11-30T12:00:00Z">%s</images>
                  %s
                </queryResult>
                """.formatted(
                        entries.length,
                        String.join("", entries),
                        next.isEmpty() ? "" : "<paging><next>" + next.replace("&", "&amp;") + "</next></paging>"));
    }

    public static String ncmecImage(int member, String id, String classification, String fingerprints) {
        return """
                <image><member id="%d">Example &amp; Co</member><timestamp>2026-11-30T11:00:00Z</timestamp><id>%s</id>
                <classification>%s</classification><fingerprints>%s</fingerprints>
                <feedback lastUpdateTimestamp="2026-11-30T11:00:00Z"><affirmativeFeedback type="Md5"><members>
                <member id="7">Other</member></members></affirmativeFeedback></feedback></image>
                """.formatted(member, id, classification, fingerprints);
    }

    public static String ncmecDeleted(int member, String id) {
        return """
                <deletedImage><member id="%d">Example</member><id>%s</id>
                <timestamp>2026-11-30T11:30:00Z</timestamp></deletedImage>
                """.formatted(member, id);
    }
}
