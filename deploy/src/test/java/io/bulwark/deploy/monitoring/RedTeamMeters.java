package io.bulwark.deploy.monitoring;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.redteam.RedTeamMetrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalDouble;

/** What a red team exports once it has attacked a picture for each goal, by its own meters; nothing is attacked. */
final class RedTeamMeters implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpServer server;

    RedTeamMeters() throws IOException {
        RedTeamMetrics metrics = new RedTeamMetrics(registry, "4/255", 10, OptionalDouble.of(0.8));
        for (AttackGoal goal : AttackGoal.values()) {
            metrics.attempted(goal, "of-" + goal, ProbeOutcome.HELD, Duration.ofSeconds(3));
        }
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/q/metrics", exchange -> {
            byte[] body = text().getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    String text() {
        return registry.scrape();
    }

    /** {@code host:port}. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
