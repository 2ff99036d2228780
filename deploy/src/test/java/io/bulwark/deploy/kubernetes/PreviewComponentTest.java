package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The preview where the workers' key is beside it. */
class PreviewComponentTest {

    private static final String NAME = "bulwark-preview";

    private static final String SECRET = "bulwark-preview-keys";

    private static Overlay overlay;

    @BeforeAll
    static void render() {
        overlay = Overlay.render("production");
    }

    @Test
    void everyObjectIsOfItsModel() {
        StrictReader reader = new StrictReader();
        assertThat(reader.complaint(overlay.one("Deployment", NAME).json(), Deployment.class))
                .isEmpty();
        assertThat(reader.complaint(overlay.one("Service", NAME).json(), Service.class))
                .isEmpty();
        assertThat(reader.complaint(overlay.one("StatefulSet", "bulwark-stream").json(), StatefulSet.class))
                .isEmpty();
        for (String policy : List.of(NAME, "bulwark-stream-preview")) {
            assertThat(reader.complaint(overlay.one("NetworkPolicy", policy).json(), NetworkPolicy.class))
                    .isEmpty();
        }
        assertThat(overlay.find("ServiceAccount", NAME)).isPresent();
        assertThat(overlay.find("KafkaUser", NAME)).isPresent();
    }

    @Test
    void prometheusScrapesItByItsService() {
        Manifest monitor = overlay.one("ServiceMonitor", NAME);
        assertThat(Selector.of(monitor.at("/spec/selector"))
                        .matches(overlay.one("Service", NAME).labels()))
                .isTrue();
    }

    @Test
    void itIsTheWorkersImageAndAsHardAsTheWorker() {
        Manifest preview = overlay.one("Deployment", NAME);
        Manifest worker = overlay.one("Deployment", "bulwark-worker");
        for (String field : List.of("image", "securityContext", "ports")) {
            assertThat(preview.container().path(field))
                    .isEqualTo(worker.container().path(field));
        }
        assertThat(preview.podSpec().path("securityContext"))
                .isEqualTo(worker.podSpec().path("securityContext"));
        assertThat(preview.podSpec().path("automountServiceAccountToken").asBoolean(true))
                .isFalse();
    }

    @Test
    void everySettingIsOneThatTheWorkersProgramHas() throws IOException {
        Set<String> known = Pattern.compile("(?m)^\\| `(bulwark[^`]+)`")
                .matcher(Checkout.settings("worker"))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
        Settings settings = Settings.of(overlay, NAME);
        assertThat(settings.values().keySet()).isSubsetOf(known);
        assertThat(settings.get("bulwark.preview.enabled")).isEqualTo("true");
        assertThat(settings.get("bulwark.fetch.schemes"))
                .isEqualTo(Settings.of(overlay, "bulwark-worker").get("bulwark.fetch.schemes"));
        assertThat(settings.values()).doesNotContainKey("bulwark.kafka.group");
    }

    @Test
    void bothSignWithTheSameSecretAndOnlyTheStreamHasTheKeysOfEvidence() {
        assertThat(keysOf(overlay.one("Deployment", NAME))).containsExactly("secret");
        assertThat(keysOf(overlay.one("StatefulSet", "bulwark-stream")))
                .containsExactlyInAnyOrder("secret", "evidence-keys");
    }

    @Test
    void itDrawsTheFramesThatTheWorkersDraw() {
        for (String workload : List.of(NAME, "bulwark-worker")) {
            assertThat(Manifest.each(overlay.one("Deployment", workload)
                                    .container()
                                    .path("env"))
                            .map(variable -> variable.path("name").asText()))
                    .contains("BULWARK_DECODE_SAMPLING_KEY_FILE");
        }
    }

    @Test
    void onlyTheStreamAndPrometheusReachIt() {
        JsonNode ingress = overlay.one("NetworkPolicy", NAME).at("/spec/ingress");
        assertThat(Manifest.each(ingress).flatMap(rule -> Manifest.each(rule.path("from"))))
                .hasSize(2)
                .anyMatch(peer -> Selector.of(peer.path("podSelector"))
                                .matches(overlay.one("StatefulSet", "bulwark-stream")
                                        .podLabels())
                        && !peer.has("namespaceSelector"))
                .anyMatch(peer -> peer.toString().contains("monitoring"));
        assertThat(overlay.one("NetworkPolicy", NAME).at("/spec/egress"))
                .as("what a worker may reach")
                .isEqualTo(overlay.one("NetworkPolicy", "bulwark-worker").at("/spec/egress"));
        Manifest way = overlay.one("NetworkPolicy", "bulwark-stream-preview");
        assertThat(Selector.of(way.at("/spec/egress/0/to/0/podSelector"))
                        .matches(overlay.one("Deployment", NAME).podLabels()))
                .isTrue();
    }

    private static List<String> keysOf(Manifest workload) {
        return Manifest.each(workload.podSpec().path("volumes"))
                .filter(volume -> volume.at("/secret/secretName").asText().equals(SECRET))
                .flatMap(volume -> Manifest.each(volume.at("/secret/items")))
                .map(item -> item.path("key").asText())
                .toList();
    }
}
