package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Whatever selects by label selects what it means. */
class SelectorsTest {

    @ForEveryOverlay
    void aWorkloadSelectsItsOwnPodsAndNoOthers(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            assertThat(selected(overlay, workload.at("/spec/selector"))).containsExactly(workload.name());
            for (JsonNode spread : workload.podSpec().path("topologySpreadConstraints")) {
                assertThat(selected(overlay, spread.path("labelSelector"))).containsExactly(workload.name());
            }
        });
    }

    @ForEveryOverlay
    void aServiceLeadsToOneWorkloadThatHasItsPort(Overlay overlay) {
        assertThat(overlay.all("Service")).isNotEmpty().allSatisfy(service -> {
            Selector selector = new Selector(Manifest.texts(service.at("/spec/selector")));
            List<Manifest> workloads = overlay.workloads()
                    .filter(workload -> selector.matches(workload.podLabels()))
                    .toList();
            assertThat(workloads).hasSize(1);
            for (JsonNode port : service.at("/spec/ports")) {
                JsonNode target = Manifest.each(workloads.get(0).container().path("ports"))
                        .filter(open -> open.path("name").equals(port.path("targetPort")))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(service + ": no such port: " + port));
                assertThat(target.path("containerPort")).isEqualTo(port.path("port"));
            }
        });
    }

    @ForEveryOverlay
    void everyWorkloadHasADisruptionBudgetThatLetsItsNodeBeDrained(Overlay overlay) {
        List<String> covered = overlay.all("PodDisruptionBudget")
                .flatMap(budget -> {
                    assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
                    return selected(overlay, budget.at("/spec/selector")).stream();
                })
                .toList();
        assertThat(covered)
                .containsExactlyInAnyOrderElementsOf(
                        overlay.workloads().map(Manifest::name).toList());
    }

    @ForEveryOverlay
    void thePodsOfAStatefulSetAreNamedByAHeadlessService(Overlay overlay) {
        assertThat(overlay.all("StatefulSet")).isNotEmpty().allSatisfy(set -> {
            Manifest service =
                    overlay.one("Service", set.at("/spec/serviceName").asText());
            assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
            assertThat(service.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
            assertThat(new Selector(Manifest.texts(service.at("/spec/selector"))).matches(set.podLabels()))
                    .isTrue();
        });
    }

    /** Two services would be scraped twice, and each number would count double. */
    @ForEveryOverlay
    void aServiceMonitorSelectsOneServiceThatHasItsPort(Overlay overlay) {
        assertThat(overlay.all("ServiceMonitor")).allSatisfy(monitor -> {
            Selector selector = Selector.of(monitor.at("/spec/selector"));
            List<Manifest> services = overlay.all("Service")
                    .filter(service -> selector.matches(service.labels()))
                    .toList();
            assertThat(services).extracting(Manifest::name).containsExactly(monitor.name());
            for (JsonNode endpoint : monitor.at("/spec/endpoints")) {
                assertThat(Manifest.each(services.get(0).at("/spec/ports")))
                        .anyMatch(port -> port.path("name").equals(endpoint.path("port")));
                assertThat(endpoint.path("path").asText()).isEqualTo("/q/metrics");
            }
        });
    }

    @ForEveryOverlay
    void everyKafkaObjectBelongsToTheOnlyCluster(Overlay overlay) {
        List<String> clusters = overlay.all("Kafka").map(Manifest::name).toList();
        assertThat(clusters).hasSize(1);
        assertThat(overlay.objects())
                .filteredOn(object -> object.kind().matches("Kafka.+"))
                .isNotEmpty()
                .allSatisfy(object -> assertThat(object.labels()).containsEntry("strimzi.io/cluster", clusters.get(0)));
    }

    @ForEveryOverlay
    void aNodePoolSpreadsItsOwnPods(Overlay overlay) {
        assertThat(overlay.all("KafkaNodePool"))
                .isNotEmpty()
                .allSatisfy(pool -> assertThat(Manifest.each(pool.at("/spec/template/pod/topologySpreadConstraints")))
                        .isNotEmpty()
                        .allSatisfy(spread -> assertThat(Manifest.texts(spread.at("/labelSelector/matchLabels")))
                                .containsEntry("strimzi.io/pool-name", pool.name())));
    }

    private static List<String> selected(Overlay overlay, JsonNode selector) {
        return overlay.workloads()
                .filter(workload -> Selector.of(selector).matches(workload.podLabels()))
                .map(Manifest::name)
                .toList();
    }
}
