package io.bulwark.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.schemas.trace.SpanExport;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.testing.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SpanExportTest {

    @Test
    void no_spans_are_made_unless_an_exporter_is_set() {
        try (SpanExport export = open(TestConfig.defaults())) {
            assertThat(export.spans()).isEmpty();
        }
    }

    @Test
    void spans_reach_a_collector_at_the_latest_when_the_worker_ends() throws IOException, InterruptedException {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try (SpanExport export = open(TestConfig.of(Map.of(
                "bulwark.tracing.exporter",
                "otlp",
                "bulwark.tracing.endpoint",
                "http://127.0.0.1:" + collector.getAddress().getPort())))) {
            Tracing.of(export.spans().orElseThrow(), Clock.systemUTC(), System::nanoTime)
                    .begin(new ConsumerRecord<>("images.uploaded", 0, 7, new byte[0], new byte[0]))
                    .end("SAFE", System.nanoTime());
        }
        String body = received.poll(10, TimeUnit.SECONDS);
        collector.stop(0);

        assertThat(body).contains("bulwark-worker", "process images.uploaded", "SAFE");
    }

    private static SpanExport open(WorkerConfig config) {
        WorkerConfig.Tracing tracing = config.tracing();
        return SpanExport.open("bulwark-worker", tracing.exporter(), tracing.endpoint(), tracing.ratio());
    }
}
