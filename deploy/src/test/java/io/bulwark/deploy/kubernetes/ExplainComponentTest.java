package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The explain server, which no overlay has by itself; {@link ForEveryOverlay} has one with it. */
class ExplainComponentTest {

    private static final String NAME = "bulwark-explain";

    private static Overlay overlay;

    @BeforeAll
    static void render() {
        overlay = Overlay.render(Overlay.WITH_EXPLAIN);
    }

    @Test
    void noOverlayHasIt() {
        assertThat(Overlay.render("production").find("Deployment", NAME)).isEmpty();
    }

    @Test
    void itIsTheCommandLinesImageAndAsHardAsTheWorker() {
        Manifest explain = overlay.one("Deployment", NAME);
        Manifest worker = overlay.one("Deployment", "bulwark-worker");
        assertThat(explain.container().path("image").asText()).isEqualTo("bulwark/cli:" + Checkout.version());
        assertThat(explain.container().path("securityContext"))
                .isEqualTo(worker.container().path("securityContext"));
        assertThat(explain.podSpec().path("securityContext"))
                .isEqualTo(worker.podSpec().path("securityContext"));
        assertThat(explain.podSpec().path("serviceAccountName").asText()).isEqualTo(NAME);
        assertThat(overlay.find("ServiceAccount", NAME)).isPresent();
        assertThat(overlay.find("KafkaUser", NAME)).isPresent();
    }

    @Test
    void theStreamAsksItWithThePreviewsSecret() {
        assertThat(Manifest.each(overlay.one("Deployment", NAME).podSpec().path("volumes"))
                        .map(volume -> volume.at("/secret/secretName").asText()))
                .contains("bulwark-preview-keys");
        assertThat(Manifest.each(overlay.one("StatefulSet", "bulwark-stream")
                                .container()
                                .path("env"))
                        .filter(variable -> variable.path("name").asText().equals("BULWARK_EXPLAIN_URL"))
                        .map(variable -> variable.path("value").asText()))
                .containsExactly("http://" + NAME + ":8083");
        assertThat(overlay.one("Service", NAME).at("/spec/ports/0/port").asInt())
                .isEqualTo(8083);
    }

    /** It is given pictures, so it needs nothing of the web. */
    @Test
    void onlyTheStreamReachesItAndItReachesKafkaAndTheRegistryAlone() {
        Manifest fence = overlay.one("NetworkPolicy", NAME);
        JsonNode from = fence.at("/spec/ingress/0/from");
        assertThat(from).hasSize(1);
        assertThat(Selector.of(from.at("/0/podSelector"))
                        .matches(overlay.one("StatefulSet", "bulwark-stream").podLabels()))
                .isTrue();
        assertThat(fence.json().toString()).doesNotContain("ipBlock");
        assertThat(fence.at("/spec/egress")).hasSize(2);
        JsonNode peers = overlay.one("Kafka", "bulwark").at("/spec/kafka/listeners/0/networkPolicyPeers");
        Map<String, String> labels = overlay.one("Deployment", NAME).podLabels();
        assertThat(Manifest.each(peers))
                .anyMatch(peer -> !peer.has("namespaceSelector")
                        && Selector.of(peer.path("podSelector")).matches(labels));
        assertThat(Selector.of(overlay.one("NetworkPolicy", "bulwark-stream-explain")
                                .at("/spec/egress/0/to/0/podSelector"))
                        .matches(labels))
                .isTrue();
    }
}
