package io.bulwark.lab.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.schemas.serde.SerdeSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A schema registry in a separate process: as much of Apicurio Registry 3's API as its client asks, which services,
 * traffic and oracle use as it ships. A schema keeps its id for as long as the process runs.
 */
public final class ProofRegistry {

    private static final String API = "/apis/registry/v3";
    private static final String BY_ID = API + "/ids/contentIds/";
    private static final String REFERENCES = "/references";
    private static final String ARTIFACTS = "/artifacts";
    private static final int PORT = 80;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Integer> ids = new LinkedHashMap<>(); // guarded by this

    private ProofRegistry() {}

    /** Where one on that host answers. */
    static String url(String address) {
        return "http://" + address + API;
    }

    /** What services ask it by. */
    static Map<String, String> settings(String address) {
        return Map.of(SerdeSettings.REGISTRY_URL, url(address));
    }

    /** The command line of the process. */
    static JavaCommand command(String address) {
        return new JavaCommand(
                ProofRegistry.class.getName(),
                KafkaProcess.ownClasspath(),
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                List.of(address),
                Map.of());
    }

    public static void main(String[] arguments) throws IOException {
        serve(new InetSocketAddress(arguments[0], PORT));
    }

    /** Starts one in this process. The caller stops it. */
    static HttpServer serve(InetSocketAddress address) throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/", new ProofRegistry()::answer);
        server.setExecutor(Executors.newFixedThreadPool(8, work -> {
            Thread thread = new Thread(work, "proof-registry");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (path.endsWith(REFERENCES)) {
                send(exchange, 200, "[]");
            } else if (path.startsWith(BY_ID)) {
                String schema = schema(path.substring(BY_ID.length()));
                send(exchange, schema == null ? 404 : 200, schema == null ? "{}" : schema);
            } else if (exchange.getRequestMethod().equals("POST") && path.endsWith(ARTIFACTS)) {
                send(exchange, 200, registered(JSON.readTree(request)));
            } else {
                send(exchange, 200, "{\"name\":\"proof\",\"version\":\"3.3.3\"}");
            }
        }
    }

    private synchronized String schema(String id) {
        return ids.entrySet().stream()
                .filter(known -> known.getValue().toString().equals(id))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** The same content has the same id, whatever it is registered for. */
    private synchronized String registered(JsonNode request) throws IOException {
        String content =
                request.path("firstVersion").path("content").path("content").asText();
        int id = ids.computeIfAbsent(content, added -> ids.size() + 1);
        Map<String, Object> artifact = Map.of(
                "groupId", "default",
                "artifactId", request.path("artifactId").asText("artifact"),
                "artifactType", "AVRO");
        Map<String, Object> version = new LinkedHashMap<>(artifact);
        version.putAll(Map.of("version", "1", "state", "ENABLED", "globalId", id, "contentId", id));
        return JSON.writeValueAsString(Map.of("artifact", artifact, "version", version));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
