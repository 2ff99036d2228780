package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Pages;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Helm chart: by default what Kustomize makes of the overlay {@code cpu}, and what its values change. All that holds
 * of the overlays holds of the chart with the values of production, which {@link Overlay#NAMES} has.
 */
class HelmChartTest {

    /** What Helm's objects have beside Kustomize's. */
    private static final Set<String> STANDARD = Set.of(
            "app.kubernetes.io/instance",
            "app.kubernetes.io/version",
            "app.kubernetes.io/managed-by",
            "app.kubernetes.io/name",
            "helm.sh/chart",
            "bulwark.io/settings");

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void byDefaultItsObjectsAreThoseOfTheOverlayCpu() {
        Map<String, JsonNode> wanted = comparable(Overlay.render("cpu"));
        wanted.keySet().removeIf(name -> name.matches("Namespace .*|ConfigMap bulwark-platform"));

        Map<String, JsonNode> rendered = comparable(Chart.asItIs().render());

        assertThat(rendered.keySet()).isEqualTo(wanted.keySet());
        rendered.forEach((name, object) -> assertThat(object).as(name).isEqualTo(wanted.get(name)));
    }

    @Test
    void lintFindsNoFault() {
        assertThat(new Helm(Chart.FOLDER).lint().call().getMessages())
                .noneMatch(message -> message.startsWith("[ERROR]") || message.startsWith("[WARNING]"));
    }

    static Stream<String> valuesFiles() throws IOException {
        try (Stream<Path> files = Files.list(Chart.FOLDER)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("values-"))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void withEachFileOfValuesEveryObjectIsOfItsModelAndHasTheStandardLabels(String file) {
        Overlay rendered = Chart.asItIs().withFiles(file).render();
        ModelsTest.assertModels(rendered);
        assertThat(rendered.objects()).extracting(Manifest::toString).doesNotHaveDuplicates();
        assertThat(rendered.objects())
                .allSatisfy(object -> assertThat(object.labels())
                        .as("%s", object)
                        .containsEntry("app.kubernetes.io/instance", "bulwark")
                        .containsEntry("app.kubernetes.io/part-of", "bulwark")
                        .containsEntry("app.kubernetes.io/version", Checkout.version())
                        .containsKeys("app.kubernetes.io/managed-by", "helm.sh/chart"));
    }

    /**
     * So that two releases do not meet. Topics and pools of Kafka's nodes have the names that Strimzi knows them by: a second
     * Kafka wants a second namespace.
     */
    @Test
    void anotherReleaseHasAllTheSameUnderItsOwnNames() {
        Overlay shop = Chart.asItIs().named("shop", "sales").render();
        assertThat(shop.objects())
                .filteredOn(object -> !object.kind().matches("KafkaTopic|KafkaNodePool|PriorityClass"))
                .allSatisfy(object -> assertThat(object.name()).matches("shop-bulwark(-.*)?"));
        assertThat(shop.objects())
                .filteredOn(object -> !object.kind().equals("PriorityClass"))
                .allSatisfy(object -> assertThat(object.namespace()).hasValue("sales"));

        Overlay renamed = new Overlay(
                "renamed",
                shop.objects().stream()
                        .map(object -> Overlay.parsed(object.json()
                                .toString()
                                .replace("shop-bulwark", "bulwark")
                                .replace("\"namespace\":\"sales\"", "\"namespace\":\"bulwark\"")))
                        .toList());
        assertThat(comparable(renamed)).isEqualTo(comparable(Chart.asItIs().render()));
    }

    /** What a chart cannot do: label its own namespace, as the overlays do, and make secrets of yours. */
    @Test
    void notesAndPageSayHowTheNamespaceIsLabelledAndNotesNameTheSecrets() throws IOException {
        String notes = new Helm(Chart.FOLDER)
                .install()
                .withKubeVersion("1.30.0")
                .clientOnly()
                .withName("shop")
                .withNamespace("sales")
                .call()
                .getOutput()
                .replaceFirst("(?s).*\nNOTES:", "");
        String page = Files.readString(Checkout.path("deploy/docs/kubernetes.md"));
        Map<String, String> labels =
                Overlay.render("cpu").one("Namespace", "bulwark").labels();
        labels.keySet().removeIf(name -> !name.startsWith("pod-security"));
        assertThat(labels).hasSize(2).allSatisfy((name, value) -> {
            assertThat(notes).containsPattern("kubectl label namespace sales .*\\b" + name + "=" + value);
            assertThat(page).containsPattern("kubectl label namespace bulwark .*\\b" + name + "=" + value);
        });
        Overlay shop = Chart.asItIs().named("shop", "sales").render();
        Promises promises = Promises.of(shop);
        assertThat(shop.workloads()
                        .flatMap(workload -> Manifest.each(workload.podSpec().path("volumes")))
                        .map(volume -> volume.at("/secret/secretName").asText())
                        .filter(secret ->
                                !secret.isEmpty() && !promises.secrets().containsKey(secret))
                        .distinct())
                .isNotEmpty()
                .allSatisfy(secret -> assertThat(notes).contains(secret));
    }

    @Test
    void imagesAreByDigestWhereValuesHaveOneAndElseByTag() {
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        Overlay rendered = Chart.asItIs()
                .with(Map.of(
                        "images.repository", "registry.example.com/bulwark",
                        "images.tag", "1.2.3",
                        "images.digests.embed-worker", digest,
                        "images.pullSecrets[0]", "pull"))
                .render();
        JsonNode worker = rendered.one("Deployment", "bulwark-worker").podSpec();
        assertThat(worker.at("/containers/0/image").asText())
                .isEqualTo("registry.example.com/bulwark/embed-worker@" + digest);
        assertThat(worker.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
        assertThat(rendered.one("StatefulSet", "bulwark-stream")
                        .container()
                        .path("image")
                        .asText())
                .isEqualTo("registry.example.com/bulwark/moderation-stream:1.2.3");
    }

    @ParameterizedTest
    @CsvSource({
        "worker, Deployment, worker",
        "stream, StatefulSet, stream",
        "preview, Deployment, preview",
        "score, Deployment, score",
        "redTeam, Deployment, red-team",
        "explain, Deployment, explain",
        "registry, Deployment, registry"
    })
    void eachProgramsPodsGoWhereAndAsLargeAsValuesSay(String values, String kind, String program) {
        JsonNode pod = Chart.asItIs()
                .with(Map.of(
                        "explain.enabled",
                        "true",
                        values + ".resources.limits.cpu",
                        "3",
                        values + ".tolerations[0].key",
                        "dedicated",
                        values + ".tolerations[0].operator",
                        "Exists",
                        values + ".affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight",
                        "1",
                        values + ".nodeSelector.pool",
                        "images",
                        values + ".priorityClassName",
                        "mine"))
                .render()
                .one(kind, "bulwark-" + program)
                .podSpec();
        assertThat(pod.at("/containers/0/resources/limits/cpu").asText()).isEqualTo("3");
        assertThat(pod.at("/tolerations/0/key").asText()).isEqualTo("dedicated");
        assertThat(pod.at("/affinity/nodeAffinity")).isNotEmpty();
        assertThat(pod.at("/nodeSelector/pool").asText()).isEqualTo("images");
        assertThat(pod.at("/priorityClassName").asText()).isEqualTo("mine");
    }

    /** They win over the program's, and another value is another pod, for programs read settings when they start. */
    @Test
    void settingsWinAndRestartThePodsThatReadThem() {
        String setting = "settings.worker.bulwark\\.policy\\.flagged-labels";
        Overlay one = Chart.asItIs().with(Map.of(setting, "gore")).render();
        Overlay other = Chart.asItIs().render();

        for (String program : List.of("bulwark-worker", "bulwark-score", "bulwark-red-team")) {
            assertThat(Settings.of(one, program).get("bulwark.policy.flagged-labels"))
                    .isEqualTo("gore");
            assertThat(one.one("Deployment", program).at("/spec/template/metadata/annotations"))
                    .isNotEqualTo(other.one("Deployment", program).at("/spec/template/metadata/annotations"));
        }
        assertThat(one.one("StatefulSet", "bulwark-stream")).isEqualTo(other.one("StatefulSet", "bulwark-stream"));
    }

    /** One value: topics, users, scaler and every program's settings. */
    @Test
    void prefixAndLargestUploadReachTopicsRightsScalerAndPrograms() {
        TopicNames names = TopicNames.of(Optional.of("acme."), Optional.of("7M"));
        Overlay rendered = Chart.asItIs()
                .with(Map.of("topics.prefix", "acme.", "topics.maxUploadBytes", "7340032"))
                .render();
        for (Topics topic : Topics.values()) {
            assertThat(rendered.one("KafkaTopic", names.of(topic))
                            .at("/spec/config/max.message.bytes")
                            .asInt())
                    .as("%s", topic)
                    .isEqualTo(names.maxRecordBytes(topic));
        }
        assertThat(rendered.one("KafkaUser", "bulwark-worker").json().toString())
                .contains("\"acme.images.uploaded\"", "\"acme.bulwark-embed-worker-\"")
                .doesNotContain("\"images.uploaded\"");
        assertThat(rendered.one("KafkaUser", "bulwark-registry").json().toString())
                .doesNotContain("acme.");
        assertThat(Manifest.texts(rendered.one("ScaledObject", "bulwark-worker").at("/spec/triggers/0/metadata")))
                .containsEntry("topic", "acme.images.uploaded")
                .containsEntry("consumerGroup", "acme.bulwark-embed-worker");
        for (String program : List.of("bulwark-worker", "bulwark-stream", "bulwark-preview", "bulwark-score")) {
            assertThat(TopicNames.in(Settings.of(rendered, program).values())).isEqualTo(names);
        }
    }

    @Test
    void secretsThatAreThereAreTakenByName() {
        Overlay rendered = Chart.asItIs()
                .with(Map.of(
                        "secrets.access", "people",
                        "secrets.database", "role",
                        "secrets.preview", "pictures",
                        "secrets.score", "askers",
                        "secrets.samplingKey", "frames"))
                .render();
        String stream = rendered.one("StatefulSet", "bulwark-stream").json().toString();
        assertThat(stream)
                .contains("\"secretName\":\"people\"", "\"secretName\":\"role\"", "\"secretName\":\"pictures\"");
        assertThat(rendered.one("Cluster", "bulwark-database")
                        .at("/spec/managed/roles/0/passwordSecret/name")
                        .asText())
                .isEqualTo("role");
        assertThat(rendered.one("Deployment", "bulwark-score").json().toString())
                .contains("\"secretName\":\"askers\"", "\"secretName\":\"frames\"", "SAMPLING_KEY_FILE");
        assertThat(rendered.objects())
                .allSatisfy(object -> assertThat(object.json().toString())
                        .doesNotContain("bulwark-stream-access", "bulwark-score-tokens", "bulwark-preview-keys"));
    }

    @Test
    void withADestinationTheDatabaseIsBackedUpAsTheComponentDoes() {
        Overlay rendered = Chart.asItIs()
                .with(Map.of("database.backup.destinationPath", "s3://backups/"))
                .render();
        ModelsTest.assertModels(rendered);
        assertThat(rendered.one("Cluster", "bulwark-database")
                        .at("/spec/plugins/0/parameters/barmanObjectName")
                        .asText())
                .isEqualTo(
                        rendered.one("ObjectStore", "bulwark-database-backup").name());
        assertThat(rendered.one("ScheduledBackup", "bulwark-database")
                        .at("/spec/cluster/name")
                        .asText())
                .isEqualTo("bulwark-database");
    }

    @ParameterizedTest
    @CsvSource({
        "workers.least, 1, workers",
        "worker.resorces.limits.cpu, 1, resorces",
        "worker.scratch, much, scratch",
        "stream.storage, 5, storage",
        "redTeam.replicas, 2, redTeam",
        "images.digests.embed-worker, latest, digests",
        "kafka.copies, 5, copies",
        "kafka.external.mechanism, GSSAPI, mechanism",
        "kafka.enabled, false, bootstrapServers",
        "topics.prefix, acme, prefix",
        "topics.prefix, Acme., topics.prefix: beside Strimzi",
        "topics.maxUploadBytes, 20000000, maxUploadBytes",
        "database.url, mysql://db, database",
        "settings.workers.a, b, workers"
    })
    void aValueThatIsNotAllowedIsRefusedByItsName(String path, String value, String named) {
        assertThatThrownBy(() -> Chart.asItIs().with(Map.of(path, value)).render())
                .hasMessageContaining(named);
    }

    @Test
    void theExplainServerReadsTheWorkersBank() {
        assertThat(Chart.asItIs()
                        .with(Map.of("explain.enabled", "true", "settings.worker.bulwark\\.bank\\.name", "photos"))
                        .render()
                        .one("Deployment", "bulwark-explain")
                        .podSpec()
                        .at("/containers/0/args"))
                .extracting(JsonNode::asText)
                .contains("--bank=photos");
    }

    @Test
    void valuesOnThePageAreTaken() throws IOException {
        List<String> blocks = Pages.blocks(Checkout.path("deploy/docs/external-kafka.md"), "yaml");
        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            Path file = Files.writeString(Files.createTempFile(Path.of("target"), "values", ".yaml"), block);
            Overlay rendered = Chart.asItIs()
                    .withFiles(
                            "values-external-kafka.yaml", file.toAbsolutePath().toString())
                    .render();
            assertThat(rendered.one("ServiceAccount", "bulwark-worker").at("/metadata/annotations"))
                    .isNotEmpty();
        }
    }

    @Test
    void versionsAreThoseOfTheBuild() throws IOException {
        String version = Checkout.version();
        JsonNode about = Chart.read("Chart.yaml");
        assertThat(about.path("appVersion").asText()).isEqualTo(version);
        assertThat(about.path("version").asText()).isEqualTo(version.replace("-SNAPSHOT", ""));
        assertThat(Chart.read("values.yaml").at("/registry/image").asText())
                .endsWith(":" + System.getProperty("bulwark.registry.version"));
    }

    /**
     * By kind and name, without the labels that Helm alone gives, without the hashes in Kustomize's names, lists by name,
     * and settings as the program reads them.
     */
    private static Map<String, JsonNode> comparable(Overlay overlay) {
        Map<String, JsonNode> objects = new TreeMap<>();
        for (Manifest manifest : overlay.objects()) {
            ObjectNode object = (ObjectNode) Overlay.parsed(
                            manifest.json().toString().replaceAll("(bulwark-[a-z-]+)-[2456789bcdfghkmt]{10}\"", "$1\""))
                    .json();
            clean(object);
            if (object.path("kind").asText().equals("ConfigMap")) {
                object.set("data", JSON.valueToTree(settings(object.path("data"))));
            }
            objects.put(
                    object.path("kind").asText() + " "
                            + object.at("/metadata/name").asText(),
                    object);
        }
        return objects;
    }

    private static void clean(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String map : List.of("labels", "annotations", "matchLabels", "selector")) {
                if (object.get(map) instanceof ObjectNode labels) {
                    String name = labels.path("app.kubernetes.io/name").asText();
                    labels.remove(STANDARD);
                    if (!map.equals("labels") && !name.isEmpty()) {
                        labels.put("app.kubernetes.io/name", name);
                    }
                    if (map.equals("labels")) {
                        labels.remove("app.kubernetes.io/part-of");
                    }
                    if (labels.isEmpty()) {
                        object.remove(map);
                    }
                }
            }
            object.forEach(HelmChartTest::clean);
        } else if (node instanceof ArrayNode list) {
            list.forEach(HelmChartTest::clean);
            if (list.size() > 1 && list.get(0).has("name")) {
                Map<String, JsonNode> byName = new TreeMap<>();
                list.forEach(each -> byName.put(each.path("name").asText(), each));
                list.removeAll();
                list.addAll(byName.values());
            }
        }
    }

    private static Map<String, Object> settings(JsonNode data) {
        Map<String, Object> files = new TreeMap<>();
        Manifest.texts(data).forEach((name, text) -> {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(name.endsWith(".properties") ? text : ""));
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            files.put(name, name.endsWith(".properties") ? new TreeMap<>(properties) : text.strip());
        });
        return files;
    }
}
