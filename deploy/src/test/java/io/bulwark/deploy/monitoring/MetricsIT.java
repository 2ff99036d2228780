package io.bulwark.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.deploy.Program;
import io.bulwark.deploy.monitoring.PromQl.Selector;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every expression of alerts and dashboards names what the running programs export. */
class MetricsIT {

    /** What Prometheus itself adds to each sample. */
    private static final Set<String> TARGET_LABELS = Set.of("job", "instance", "namespace", "pod");

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static RunningNode node;
    private static RedTeamMeters redTeam;
    private static Exposition exposition;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        redTeam = new RedTeamMeters();
        node = RunningNode.start(folder);
        node.upload("image-1");
        node.litter(Topics.IMAGES_UPLOADED);
        node.litter(Topics.VERDICTS);
        await().atMost(LIMIT).until(() -> node.ofWorker("bulwark_dead_letters_total") > 0);
        await().atMost(LIMIT).until(() -> node.ofStream("bulwark_stream_dead_letters_total") > 0);
        await().atMost(LIMIT).until(() -> node.ofStream("bulwark_stream_verdicts_total") > 0);
        // moderation-stream looks for new metrics of Kafka's client now and then; those of tasks and stores come last.
        await().atMost(LIMIT).until(MetricsIT::knowsEveryStore);
        exposition = node.exposition(redTeam.text());
    }

    /** Each look may find only those stores that were open then. */
    private static boolean knowsEveryStore() throws IOException, InterruptedException {
        Map<String, Map<String, Set<String>>> metrics =
                node.exposition(redTeam.text()).metrics();
        return metrics.containsKey("kafka_stream_state_size_all_mem_tables")
                && metrics.containsKey("kafka_stream_task_dropped_records_total")
                && metrics.getOrDefault("kafka_stream_state_estimate_num_keys", Map.of())
                        .getOrDefault("store", Set.of())
                        .contains("decisions");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        redTeam.close();
    }

    static Stream<String> alerts() {
        return AlertRulesTest.alerts().map(alert -> alert.path("expr").asText());
    }

    static Stream<String> panels() {
        return Dashboard.all().stream().flatMap(Dashboard::expressions).distinct();
    }

    static Stream<String> expressions() {
        return Stream.concat(alerts(), panels()).distinct();
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void everyMetricAndLabelIsExported(String expression) {
        PromQl parts = PromQl.of(expression);
        Set<String> labels = new TreeSet<>(TARGET_LABELS);
        assertThat(parts.selectors()).isNotEmpty().allSatisfy(selector -> labels.addAll(holds(selector)));
        assertThat(labels).containsAll(parts.groupings());
    }

    /** Beyond names: a real Prometheus scrapes as in compose, and every panel has something to show. */
    @Test
    void aRealPrometheusAnswersEveryPanel() throws IOException, InterruptedException {
        Program.PROMETHEUS.assumeThere();
        Map<String, String> targets = Map.of(
                "worker:8081", node.workerUrl().getAuthority(),
                "stream:9000", node.streamManagementUrl().getAuthority(),
                "red-team:8081", redTeam.address());
        try (PrometheusServer prometheus = PrometheusServer.start(folder.resolve("prometheus"), targets)) {
            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> prometheus
                                    .query("min_over_time(up[3s]) == 1 and count_over_time(up[1m]) > 3")
                                    .size()
                            == 3);
            List<String> silent = new ArrayList<>();
            for (String panel : panels().toList()) {
                if (prometheus.query(panel).isEmpty()) {
                    silent.add(panel);
                }
            }
            assertThat(silent).as("expressions that show nothing").isEmpty();
            for (String alert : alerts().toList()) {
                prometheus.query(alert);
            }
        }
    }

    /** The labels of a metric that is exported, once all of its matchers are found to be among them. */
    private static Set<String> holds(Selector selector) {
        if (selector.metric().equals("up")) { // Prometheus' own
            assertThat(TARGET_LABELS).containsAll(selector.matchers().keySet());
            return Set.of();
        }
        Map<String, Set<String>> labels = exposition.metrics().get(selector.metric());
        assertThat(labels).as("labels of %s, as exported", selector.metric()).isNotNull();
        selector.matchers().forEach((label, value) -> {
            if (!TARGET_LABELS.contains(label)) {
                assertThat(labels).containsKey(label);
                if (!value.isEmpty()) {
                    assertThat(labels.get(label)).contains(value);
                }
            }
        });
        return labels.keySet();
    }
}
