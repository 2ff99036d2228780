package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an overlay's {@code platform.yaml} says reaches every place that names it, and none keeps another name. */
class PlatformTest {

    @TempDir
    private Path folder;

    @Test
    void otherNamesReachEveryPlace() throws IOException {
        copy(Checkout.path("deploy/kubernetes"), folder.resolve("kubernetes"));
        copy(Checkout.path("deploy/grafana"), folder.resolve("grafana"));
        Path own = folder.resolve("kubernetes/overlays/production/platform.yaml");
        Files.writeString(
                own,
                Files.readString(own)
                        .replace("keda-namespace: keda", "keda-namespace: scaling")
                        .replace("monitoring-namespace: monitoring", "monitoring-namespace: watch")
                        .replace("operator-namespace: cnpg-system", "operator-namespace: databases")
                        .replace("kube-prometheus-stack", "prometheus-of-mine")
                        .replace("runbook: deploy/", "runbook: https://wiki.example.org/"));

        String rendered = Program.KUBECTL.output(folder, "kustomize", "kubernetes/overlays/production");

        assertThat(rendered)
                .contains(
                        "kubernetes.io/metadata.name: scaling",
                        "kubernetes.io/metadata.name: watch",
                        "kubernetes.io/metadata.name: databases",
                        "release: prometheus-of-mine",
                        "runbook_url: https://wiki.example.org/prometheus/runbook.md#bulwarknoworker")
                .doesNotContain(
                        "metadata.name: keda",
                        "metadata.name: monitoring",
                        "metadata.name: cnpg-system",
                        "kube-prometheus-stack",
                        "runbook_url: deploy/");
    }

    /** A Prometheus of kube-prometheus-stack passes over objects without its release's name. */
    @ForEveryOverlay(except = "dev")
    void whateverPrometheusReadsCarriesTheRelease(Overlay overlay) {
        assertThat(overlay.objects())
                .filteredOn(object -> object.apiVersion().startsWith("monitoring.coreos.com/"))
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(object -> assertThat(object.labels()).containsEntry("release", "kube-prometheus-stack"));
    }

    /** Older operators take the manifests and pass over what they do not know. */
    @ForEveryOverlay(except = {Overlay.WITH_EXPLAIN, Overlay.BY_HELM})
    void everyOverlaySaysWhichVersionsItNeeds(Overlay overlay) throws IOException {
        String head =
                Files.readString(Checkout.path("deploy/kubernetes/overlays/" + overlay.name() + "/kustomization.yaml"));
        assertThat(head).containsAnyOf("Kubernetes 1.30", "Needs what cpu needs");
        String page = Files.readString(Checkout.path("deploy/docs/kubernetes.md"));
        assertThat(page).contains("| Kubernetes | 1.30 |", "| Strimzi | 0.49 |", "| KEDA | 2.18 |");
        assertThat(page).contains("| Gateway API | 1.2 |", "| a storage class |", "| CloudNativePG | 1.25 |");
    }

    /** The standard channel has a route's timeouts since 1.2; an older one refuses the route or passes over them. */
    @Test
    void theGatewaysComponentSaysWhichVersionItsRouteNeeds() throws IOException {
        Path component = Checkout.path("deploy/kubernetes/components/gateway");
        assertThat(Files.readString(component.resolve("route.yaml"))).contains("timeouts:");
        assertThat(Files.readString(component.resolve("kustomization.yaml"))).contains("Gateway API (1.2 or later");
    }

    /** Brokers are scraped at the port that Strimzi opens, for what the alerts name. */
    @ForEveryOverlay(except = "dev")
    void whatTheAlertsAskOfBrokersIsExportedAndScraped(Overlay overlay) {
        JsonNode metrics = overlay.one("Kafka", "bulwark").at("/spec/kafka/metricsConfig");
        assertThat(metrics.path("type").asText()).isEqualTo("strimziMetricsReporter");
        Manifest monitor = overlay.one("PodMonitor", "bulwark-kafka");
        assertThat(Manifest.texts(monitor.at("/spec/selector/matchLabels")))
                .containsEntry("strimzi.io/cluster", "bulwark")
                .containsEntry("strimzi.io/kind", "Kafka");
        assertThat(monitor.at("/spec/podMetricsEndpoints/0/port").asText()).isEqualTo("tcp-prometheus");
        assertThat(Pattern.compile("\\bkafka_\\w+")
                        .matcher(overlay.one("PrometheusRule", "bulwark-kubernetes")
                                .json()
                                .toString())
                        .results()
                        .map(found -> found.group()))
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(Manifest.each(metrics.at("/values/allowList")))
                        .anyMatch(allowed -> metric.matches(allowed.asText())));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
