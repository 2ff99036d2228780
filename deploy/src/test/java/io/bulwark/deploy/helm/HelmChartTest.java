package io.bulwark.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Program;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelmChartTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @TempDir
    private static Path folder;

    private static Path chart;

    @BeforeAll
    static void assemble() throws IOException, InterruptedException {
        Program.KUBECTL.assumeThere();
        chart = folder.resolve("bulwark");
        Process assembling = new ProcessBuilder(
                        Checkout.path("deploy/helm/assemble").toString(), chart.toString())
                .inheritIO()
                .start();
        assertThat(assembling.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "gpu", "production"})
    void itsObjectsAreThoseOfTheOverlayInTheReleasesNamespace(String overlay) throws IOException {
        Map<String, JsonNode> wanted =
                objects(Program.KUBECTL.output(Checkout.path("deploy/kubernetes/overlays"), "kustomize", overlay));
        wanted.keySet().removeIf(name -> name.startsWith("Namespace "));
        wanted.values().forEach(object -> ((ObjectNode) object.path("metadata")).put("namespace", "shop"));

        Map<String, JsonNode> rendered = render(Map.of("overlay", overlay));

        assertThat(rendered.keySet()).isEqualTo(wanted.keySet());
        assertThat(rendered)
                .allSatisfy((name, object) -> assertThat(object).as(name).isEqualTo(wanted.get(name)));
    }

    @Test
    void platformImagesAndScaleAreTheReleases() throws IOException {
        Map<String, JsonNode> rendered = render(Map.of(
                "platform.monitoring-namespace", "watch",
                "platform.keda-namespace", "scaling",
                "platform.runbook", "https://wiki.example.org/runbook",
                "images.repository", "registry.example.com/bulwark",
                "images.tag", "1.2.3",
                "images.pullSecrets[0]", "pull",
                "redTeam.replicas", "1",
                "workers.most", "4"));

        assertThat(rendered.get("NetworkPolicy bulwark-worker").toString())
                .contains("\"kubernetes.io/metadata.name\":\"watch\"");
        assertThat(rendered.get("Kafka bulwark").toString()).contains("\"scaling\"");
        assertThat(rendered.get("Deployment bulwark-red-team")
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(1);
        assertThat(rendered.get("PrometheusRule bulwark").toString())
                .contains("https://wiki.example.org/runbook#bulwarknoworker");
        JsonNode worker = rendered.get("Deployment bulwark-worker").at("/spec/template/spec");
        assertThat(worker.at("/containers/0/image").asText())
                .isEqualTo("registry.example.com/bulwark/embed-worker:1.2.3");
        assertThat(worker.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
        assertThat(rendered.get("ScaledObject bulwark-worker")
                        .at("/spec/maxReplicaCount")
                        .asInt())
                .isEqualTo(4);
    }

    /** They win over the overlay's, and another value is another pod, for programs read settings when they start. */
    @Test
    void settingsWinOverTheOverlaysAndRestartPods() throws IOException {
        String setting = "settings.worker.bulwark\\.policy\\.flagged-labels";
        Map<String, JsonNode> one = render(Map.of(setting, "gore"));
        Map<String, JsonNode> other = render(Map.of(setting, "nsfw"));

        String file = one.entrySet().stream()
                .filter(object -> object.getKey().startsWith("ConfigMap bulwark-worker-settings"))
                .map(object ->
                        object.getValue().at("/data").path("overlay.properties").asText())
                .findFirst()
                .orElseThrow();
        assertThat(file.strip()).startsWith("config_ordinal=280").endsWith("\nbulwark.policy.flagged-labels=gore");
        String annotation = "/spec/template/metadata/annotations";
        assertThat(one.get("Deployment bulwark-worker").at(annotation))
                .isNotEmpty()
                .isNotEqualTo(other.get("Deployment bulwark-worker").at(annotation));
        assertThat(one.get("StatefulSet bulwark-stream")).isEqualTo(other.get("StatefulSet bulwark-stream"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "gpu", "production"})
    void theExplainServerIsThereWhereItIsWantedAlone(String overlay) throws IOException {
        Map<String, JsonNode> without = render(Map.of("overlay", overlay));
        Map<String, JsonNode> with = render(Map.of(
                "overlay", overlay,
                "explain.enabled", "true",
                "images.repository", "registry.example.com/bulwark",
                "images.tag", "1.2.3",
                "settings.explain.bulwark\\.policy\\.flagged-labels", "gore"));

        TreeMap<String, JsonNode> added = new TreeMap<>(with);
        added.keySet().removeAll(without.keySet());
        assertThat(added.keySet().stream().map(name -> name.replaceAll("-settings-.*", "-settings")))
                .containsExactlyInAnyOrder(
                        "ConfigMap bulwark-explain-settings",
                        "Deployment bulwark-explain",
                        "NetworkPolicy bulwark-explain",
                        "NetworkPolicy bulwark-stream-explain",
                        "PodDisruptionBudget bulwark-explain",
                        "Service bulwark-explain",
                        "ServiceAccount bulwark-explain");
        assertThat(with.keySet()).containsAll(without.keySet());
        assertThat(added.values())
                .allSatisfy(object ->
                        assertThat(object.at("/metadata/namespace").asText()).isEqualTo("shop"));
        assertThat(with.get("Deployment bulwark-explain")
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("registry.example.com/bulwark/cli:1.2.3");
        assertThat(without.get("StatefulSet bulwark-stream").toString()).doesNotContain("BULWARK_EXPLAIN_URL");
        assertThat(with.get("StatefulSet bulwark-stream").toString()).contains("http://bulwark-explain:8083");

        Properties settings = new Properties();
        settings.load(new StringReader(added.firstEntry()
                .getValue()
                .at("/data")
                .path("settings.properties")
                .asText()));
        assertThat(settings)
                .containsEntry("bulwark.policy.flagged-labels", "gore")
                .containsEntry("bulwark.kafka.security.username", "bulwark-explain");
    }

    /** As {@code helm upgrade --reuse-values} has the values of an older release, without newer ones. */
    @Test
    void valuesOfAnEarlierReleaseAreEnough() throws IOException {
        Path earlier = Files.writeString(folder.resolve("earlier.yaml"), "explain: null\nredTeam: null\n");

        assertThat(objects(template().withValuesFile(earlier).call())).isEqualTo(render(Map.of()));
    }

    /** As {@code --set-string} gives it. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void whetherTheExplainServerIsWantedMayBeAText(String wanted) throws IOException {
        Path text = Files.writeString(folder.resolve("text.yaml"), "explain: {enabled: \"" + wanted + "\"}\n");

        assertThat(objects(template().withValuesFile(text).call()))
                .isEqualTo(render(Map.of("explain.enabled", wanted)));
    }

    @Test
    void anOverlayThatIsNotThereIsRefusedByName() {
        assertThatThrownBy(() -> render(Map.of("overlay", "staging"))).hasMessageContaining("staging");
    }

    @Test
    void versionsAreThoseOfTheBuild() throws IOException {
        String version = Checkout.version();
        JsonNode about = YAML.readTree(chart.resolve("Chart.yaml").toFile());
        assertThat(about.path("appVersion").asText()).isEqualTo(version);
        assertThat(about.path("version").asText()).isEqualTo(version.replace("-SNAPSHOT", ""));
        assertThat(YAML.readTree(chart.resolve("values.yaml").toFile())
                        .at("/images/tag")
                        .asText())
                .isEqualTo(version);
    }

    private static Map<String, JsonNode> render(Map<String, String> values) throws IOException {
        TemplateCommand template = template();
        values.forEach(template::set);
        return objects(template.call());
    }

    private static TemplateCommand template() {
        return new Helm(chart)
                .template()
                .withKubeVersion("1.30.0")
                .withName("bulwark")
                .withNamespace("shop");
    }

    private static Map<String, JsonNode> objects(String text) throws IOException {
        Map<String, JsonNode> objects = new TreeMap<>();
        for (String document : Pattern.compile("(?m)^---$").split(text)) {
            JsonNode object = YAML.readTree(document);
            if (object != null && object.has("kind")) {
                String name = object.path("kind").asText() + " "
                        + object.at("/metadata/name").asText();
                assertThat(objects.put(name, object)).as(name).isNull();
            }
        }
        return objects;
    }
}
