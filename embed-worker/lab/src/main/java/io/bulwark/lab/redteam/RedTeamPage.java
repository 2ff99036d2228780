package io.bulwark.lab.redteam;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Metrics and health over HTTP, at the addresses that a worker has them at: {@code /q/metrics}, {@code /q/health/live},
 * {@code /q/health/ready} and {@code /q/health/started}. A separate thread answers.
 */
final class RedTeamPage implements AutoCloseable {

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "bulwark-red-team-page");
        made.setDaemon(true);
        return made;
    });

    /** What is asked about the process. Any thread. */
    interface Health {

        /** Why it should be replaced; empty while it should not. */
        Optional<String> livenessFailure();

        /** Why it does not attack now; empty while it does. */
        Optional<String> unreadiness();

        /** Whether the model is open. */
        boolean hasStarted();
    }

    /**
     * Begins to answer.
     *
     * @param port 0 for any that is free
     * @throws IOException if it cannot be listened to
     */
    RedTeamPage(int port, PrometheusMeterRegistry registry, Health health) throws IOException {
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(thread);
        server.createContext(
                "/q/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()));
        on("/q/health/live", health::livenessFailure);
        on("/q/health/ready", health::unreadiness);
        on(
                "/q/health/started",
                () -> health.hasStarted() ? Optional.empty() : Optional.of("The model is being opened"));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void on(String path, Supplier<Optional<String>> complaint) {
        server.createContext(path, exchange -> {
            Optional<String> why = complaint.get();
            answer(
                    exchange,
                    why.isPresent() ? 503 : 200,
                    TEXT,
                    why.map(text -> "DOWN: " + text).orElse("UP") + "\n");
        });
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange;
                OutputStream out = exchange.getResponseBody()) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }
}
