package io.bulwark.stream.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A receiver of webhooks on this machine: it takes what is signed with its secret, and answers 401 to the rest. */
public final class WebhookPeer implements AutoCloseable {

    public final List<JsonNode> taken = new CopyOnWriteArrayList<>();
    /** The traces that requests named; empty where one named none. */
    public final List<String> traces = new CopyOnWriteArrayList<>();

    public final AtomicInteger refused = new AtomicInteger();

    /** The status of the next answers; 0 checks the signature. */
    public volatile int fault;

    /** Bytes of the next answers' bodies; with any their status is 200. */
    public volatile int chatter;

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> secrets;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    /** @param secrets as the specification writes them */
    public WebhookPeer(String... secrets) {
        this.secrets = List.of(secrets);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.createContext("/hook", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = status(exchange, body);
            if (chatter == 0) {
                exchange.sendResponseHeaders(status, -1);
            } else {
                exchange.sendResponseHeaders(200, chatter);
                exchange.getResponseBody().write(new byte[chatter]);
            }
        }
    }

    private int status(HttpExchange exchange, byte[] body) throws IOException {
        if (fault != 0) {
            return fault;
        }
        var headers = exchange.getRequestHeaders();
        try {
            boolean signed = StandardWebhooks.verifies(
                    secrets,
                    headers.getFirst("webhook-id"),
                    headers.getFirst("webhook-timestamp"),
                    headers.getFirst("webhook-signature"),
                    body,
                    Instant.now());
            JsonNode document = json.readTree(body);
            if (!signed || !document.path("id").asText().equals(headers.getFirst("webhook-id"))) {
                refused.incrementAndGet();
                return 401;
            }
            traces.add(Objects.toString(headers.getFirst("traceparent"), ""));
            taken.add(document);
            return 204;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
