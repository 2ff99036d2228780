package io.bulwark.stream.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;

/**
 * As much of a schema registry's API (Apicurio 3) as its serdes ask: a schema by the id of its content, and an id for a
 * schema. It can be away: then it takes connections and says nothing.
 */
public final class StubRegistry implements AutoCloseable {

    private static final String API = "/apis/registry/v3";
    private static final String BY_ID = API + "/ids/contentIds/";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<Integer, String> schemas = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final List<String> asked = new ArrayList<>();
    private volatile CountDownLatch away = new CountDownLatch(0);

    private StubRegistry(HttpServer server) {
        this.server = server;
    }

    /** Starts one that answers. */
    public static StubRegistry start() {
        try {
            var registry = new StubRegistry(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0));
            registry.server.createContext("/", registry::answer);
            registry.server.setExecutor(registry.threads);
            registry.server.start();
            return registry;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + API;
    }

    /** Says nothing from now on. */
    public void goAway() {
        away = new CountDownLatch(1);
    }

    /** Answers, also what was asked meanwhile. */
    public void comeBack() {
        away.countDown();
    }

    /** What was asked so far, as method and path. */
    public List<String> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    /** The id of a schema. */
    public int register(Schema schema) {
        return idOf(schema.toString());
    }

    private int idOf(String schema) {
        return schemas.entrySet().stream()
                .filter(known -> known.getValue().equals(schema))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> {
                    int id = ids.incrementAndGet();
                    schemas.put(id, schema);
                    return id;
                });
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        synchronized (asked) {
            asked.add(exchange.getRequestMethod() + " " + path);
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            away.await();
        } catch (InterruptedException closed) {
            exchange.close();
            return;
        }
        if (path.endsWith("/references")) {
            send(exchange, 200, "[]");
        } else if (path.startsWith(BY_ID)) {
            String schema = schemas.get(Integer.parseInt(path.substring(BY_ID.length())));
            send(exchange, schema == null ? 404 : 200, schema == null ? "{}" : schema);
        } else if (exchange.getRequestMethod().equals("POST") && path.endsWith("/artifacts")) {
            send(exchange, 200, registered(new String(body, StandardCharsets.UTF_8)));
        } else {
            send(exchange, 200, "{\"name\":\"stub\",\"version\":\"3.1.7\"}");
        }
    }

    private synchronized String registered(String request) throws IOException {
        var json = new com.fasterxml.jackson.databind.ObjectMapper().readTree(request);
        String artifact = json.path("artifactId").asText("artifact");
        int id = idOf(json.path("firstVersion").path("content").path("content").asText());
        return ("{'artifact':{'groupId':'default','artifactId':'" + artifact + "','artifactType':'AVRO'},"
                        + "'version':{'groupId':'default','artifactId':'" + artifact
                        + "','version':'1','artifactType':'AVRO','state':'ENABLED','globalId':" + id + ",'contentId':"
                        + id + "}}")
                .replace('\'', '"');
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
