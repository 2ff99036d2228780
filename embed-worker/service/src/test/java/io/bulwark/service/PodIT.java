package io.bulwark.service;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What probes and Prometheus are told by the worker as it is shipped: its own process, from the packaged jar. (In one JVM
 * with the test, Quarkus's second class loader meets libtorch and Avro's caches of the first.)
 */
@QuarkusIntegrationTest
@QuarkusTestResource(value = PodIT.Broker.class, restrictToAnnotatedClass = true)
class PodIT {

    private static final String NAME = "pod-it";

    @Test
    void a_pod_starts_waits_for_its_bank_becomes_ready_and_counts_what_it_does() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> get("/q/health/started").statusCode() == 200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(get("/q/health/ready").asString())
                        .contains("WAITING_FOR_BANK", "bulwark bank build"));
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/q/health/live").statusCode()).isEqualTo(200);

        try (Traffic traffic = new Traffic()) {
            References.fill(traffic, NAME);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> get("/q/health/ready").statusCode() == 200);
            traffic.upload(SampleUploads.inline("board", Pictures.board(7)));
            traffic.raw("bad", new byte[] {1});
            traffic.verdictOn("board");
            traffic.awaitDeadLetters(1);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(get("/q/metrics").asString())
                        .contains("bulwark_decisions_total{decision=\"NSFW\",reason=\"none\"} 1.0")
                        .contains("bulwark_dead_letters_total{reason=\"UNKNOWN_FRAMING\"} 1.0")
                        .contains("bulwark_bank_size 12.0")
                        .contains("bulwark_bank_info{bank=\"pod-it\"")
                        .contains("bulwark_policy_info{shadow=\"none\"")
                        .contains("bulwark_consumer_lag")
                        .contains("bulwark_batch_size_count")
                        .contains("bulwark_step_seconds_count{step=\"queue\"}")
                        .contains("bulwark_step_seconds_count{step=\"embed\"}"));
    }

    /** Gives the pod the test's broker, with empty topics. */
    public static final class Broker implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            TestBroker.recreateTopics();
            return Map.of(
                    "bulwark.kafka.bootstrap-servers",
                    TestBroker.bootstrapServers(),
                    "bulwark.kafka.group",
                    NAME,
                    "bulwark.bank.name",
                    NAME,
                    "bulwark.policy.k",
                    "3",
                    "bulwark.policy.made-for",
                    "any",
                    "bulwark.policy.known-similarity",
                    "2",
                    "bulwark.batch.largest",
                    "2",
                    "bulwark.batch.measure",
                    "20ms");
        }

        @Override
        public void stop() {
            // The broker is the JVM's and ends with it.
        }
    }
}
