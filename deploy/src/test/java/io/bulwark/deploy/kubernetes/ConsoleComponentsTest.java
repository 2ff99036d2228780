package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A way from outside to the console: an Ingress or a Gateway's route, and oauth2-proxy between. */
class ConsoleComponentsTest {

    private static final String PROXY = "bulwark-oauth2-proxy";
    private static final Map<String, String> CONTROLLER = Map.of("bulwark.io/ingress", "true");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "gateway"})
    void everyObjectIsOfItsModel(String way) throws IOException {
        ModelsTest.assertModels(overlay(way));
    }

    @Test
    void theIngressEndsTlsAndLeadsToTheProxy() throws IOException {
        Overlay overlay = overlay("ingress");
        Manifest ingress = overlay.one("Ingress", "bulwark-console");
        assertThat(ingress.at("/spec/tls/0/hosts/0")).isEqualTo(ingress.at("/spec/rules/0/host"));
        JsonNode backend = ingress.at("/spec/rules/0/http/paths/0/backend/service");
        assertPort(overlay, backend.path("name").asText(), "name", backend.at("/port/name"));
    }

    @Test
    void theGatewaysRouteLeadsToTheProxy() throws IOException {
        Overlay overlay = overlay("gateway");
        JsonNode backend = overlay.one("HTTPRoute", "bulwark-console").at("/spec/rules/0/backendRefs/0");
        assertPort(overlay, backend.path("name").asText(), "port", backend.path("port"));
    }

    /** Only the ingress reaches the proxy, and of what comes from outside only the proxy reaches the console. */
    @Test
    void theConsoleIsReachedThroughTheProxyOnly() throws IOException {
        Overlay overlay = overlay("ingress");
        Manifest proxy = overlay.one("Deployment", PROXY);
        JsonNode fence = overlay.one("NetworkPolicy", PROXY).at("/spec");
        assertThat(fence.path("ingress")).hasSize(1);
        assertThat(Manifest.texts(fence.at("/ingress/0/from/0/namespaceSelector/matchLabels")))
                .isEqualTo(CONTROLLER);
        JsonNode console = overlay.one("NetworkPolicy", "bulwark-stream").at("/spec/ingress/0/from");
        assertThat(Manifest.each(console))
                .anyMatch(peer -> Selector.of(peer.path("podSelector")).matches(proxy.podLabels()));
        assertThat(Selector.of(fence.at("/egress/0/to/0/podSelector"))
                        .matches(overlay.one("StatefulSet", "bulwark-stream").podLabels()))
                .isTrue();
    }

    /** What its settings name is in the pod, and the token goes on to moderation-stream, which says who may do what. */
    @Test
    void theProxysSettingsAreWholeAndThePodHasTheFilesThatTheyName() throws IOException {
        Overlay overlay = overlay("gateway");
        Manifest proxy = overlay.one("Deployment", PROXY);
        Manifest settings = Settings.configMap(overlay, PROXY);
        String text = settings.at("/data").path("oauth2-proxy.cfg").asText();
        assertThat(proxy.container().at("/args/0").asText()).endsWith("/etc/bulwark/settings/oauth2-proxy.cfg");
        Set<String> files = Manifest.each(proxy.podSpec().at("/volumes"))
                .flatMap(volume -> Manifest.each(volume.at("/secret/items")))
                .map(item -> "/etc/bulwark/oauth2-proxy/" + item.path("path").asText())
                .collect(Collectors.toSet());
        assertThat(Pattern.compile("_file = \"([^\"]+)\"")
                        .matcher(text)
                        .results()
                        .map(file -> file.group(1)))
                .hasSize(3)
                .allMatch(files::contains);
        assertThat(text)
                .contains(
                        "upstreams = [\"http://bulwark-stream:8080\"]",
                        "pass_authorization_header = true",
                        "cookie_secure = true");
    }

    @Test
    void theProxyIsAsHardAsEverythingElse() throws IOException {
        Overlay overlay = overlay("ingress");
        Manifest proxy = overlay.one("Deployment", PROXY);
        assertThat(proxy.container().path("securityContext"))
                .isEqualTo(
                        overlay.one("Deployment", "bulwark-worker").container().path("securityContext"));
        assertThat(proxy.podSpec().at("/securityContext/runAsNonRoot").asBoolean())
                .isTrue();
        assertThat(proxy.podSpec().path("automountServiceAccountToken").asBoolean(true))
                .isFalse();
        assertThat(List.of("ServiceAccount", "PodDisruptionBudget", "Service"))
                .allSatisfy(kind -> assertThat(overlay.find(kind, PROXY)).isPresent());
    }

    private Overlay overlay(String way) throws IOException {
        return Overlay.renderWith(folder, "cpu", "oauth2-proxy", way);
    }

    private static void assertPort(Overlay overlay, String service, String field, JsonNode port) {
        assertThat(Manifest.each(overlay.one("Service", service).at("/spec/ports")))
                .anyMatch(open -> open.path(field).equals(port));
    }
}
