package io.bulwark.stream.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Coop on this machine: it takes what the schemas of its routes for items and reports take, and answers as they do. */
final class CoopPeer implements AutoCloseable {

    static final String API_KEY = "key-of-an-organisation";
    static final String ITEM_TYPE = "type-of-images";

    final List<JsonNode> items = new CopyOnWriteArrayList<>();
    final List<JsonNode> reports = new CopyOnWriteArrayList<>();

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;

    CoopPeer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.createContext("/", this::receive);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = json.readTree(exchange.getRequestBody());
            boolean known = API_KEY.equals(exchange.getRequestHeaders().getFirst("X-API-KEY"));
            exchange.sendResponseHeaders(known ? status(exchange.getRequestURI().getPath(), body) : 401, -1);
        }
    }

    private int status(String path, JsonNode body) {
        if (path.equals("/api/v1/items/async/")) {
            boolean fine = body.path("items").isArray();
            for (JsonNode item : body.path("items")) {
                fine &= isItem(item);
            }
            if (fine) {
                body.path("items").forEach(items::add);
            }
            return fine ? 202 : 400;
        }
        if (path.equals("/api/v1/report")) {
            boolean fine = body.at("/reporter/kind").asText().equals("user")
                    && body.at("/reporter/typeId").isTextual()
                    && body.at("/reporter/id").isTextual()
                    && isInstant(body.path("reportedAt"))
                    && isItem(body.path("reportedItem"));
            if (fine) {
                reports.add(body);
            }
            return fine ? 201 : 400;
        }
        return 404;
    }

    private static boolean isItem(JsonNode item) {
        return item.path("id").isTextual()
                && item.path("typeId").asText().equals(ITEM_TYPE)
                && item.path("data").isObject();
    }

    private static boolean isInstant(JsonNode text) {
        try {
            return text.isTextual() && Instant.parse(text.asText()) != null;
        } catch (DateTimeParseException noInstant) {
            return false;
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
