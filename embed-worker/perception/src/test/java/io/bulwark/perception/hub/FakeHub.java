package io.bulwark.perception.hub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A hub on this machine that speaks the part of Hugging Face's API that is used, with a separate host for content. */
final class FakeHub implements AutoCloseable {

    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    final Map<String, byte[]> files = new TreeMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** Bytes after which the next answer with content breaks off; 0 lets all pass. */
    volatile int breakOffAfter;

    /** Requests to the API or for content that are answered as busy before one is served. */
    final AtomicInteger busy = new AtomicInteger();

    volatile boolean contentAloneIsBusy;
    volatile int busyStatus = 429;
    volatile String retryAfter = "";

    volatile boolean gated;
    volatile boolean ignoresRanges;

    private final HttpServer hub;
    private final HttpServer content;

    FakeHub() throws IOException {
        hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        content = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.createContext("/api/models/owner/name/revision/", this::api);
        hub.createContext("/owner/name/resolve/" + COMMIT + "/", this::redirect);
        content.createContext("/", this::serve);
        hub.start();
        content.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    private void api(HttpExchange exchange) throws IOException {
        record("api", exchange);
        if (!contentAloneIsBusy && isBusy(exchange)) {
            return;
        }
        if (gated && !"Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, new byte[0]);
            return;
        }
        if (!exchange.getRequestURI().getPath().endsWith("/main")) {
            answer(exchange, 404, new byte[0]);
            return;
        }
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("sha", COMMIT);
        files.forEach((name, bytes) -> {
            ObjectNode node = root.withArray("siblings").addObject().put("rfilename", name);
            node.put("size", bytes.length).put("blobId", digest("SHA-1", "blob " + bytes.length + "\0", bytes));
            if (name.endsWith(".safetensors")) {
                node.putObject("lfs").put("size", bytes.length).put("sha256", digest("SHA-256", "", bytes));
            }
        });
        answer(exchange, 200, root.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void redirect(HttpExchange exchange) throws IOException {
        record("resolve", exchange);
        String name = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
        exchange.getResponseHeaders()
                .set("Location", "http://127.0.0.1:" + content.getAddress().getPort() + "/" + name);
        answer(exchange, 302, new byte[0]);
    }

    private void serve(HttpExchange exchange) throws IOException {
        record("content", exchange);
        if (isBusy(exchange)) {
            return;
        }
        byte[] bytes = files.get(exchange.getRequestURI().getPath().substring(1));
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null || ignoresRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        int sent = breakOffAfter == 0 ? rest.length : Math.min(rest.length, breakOffAfter);
        breakOffAfter = 0;
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length == 0 ? -1 : rest.length);
        OutputStream out = exchange.getResponseBody();
        out.write(rest, 0, sent);
        out.flush();
        exchange.close();
    }

    private boolean isBusy(HttpExchange exchange) throws IOException {
        if (busy.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            return false;
        }
        if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
        }
        answer(exchange, busyStatus, new byte[0]);
        return true;
    }

    private void record(String what, HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        String name = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
        requests.add(what + " " + name + (range == null ? "" : " " + range) + (token == null ? "" : " with token"));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static String digest(String algorithm, String header, byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(header.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        content.stop(0);
    }
}
