package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.deploy.image.PlannedImage;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The compose file as Docker Compose itself reads it, which also holds it to its schema. */
class ComposeTest {

    private static final List<String> OURS = List.of("topics", "bank", "worker", "preview", "stream");
    private static final Pattern ADDRESS = Pattern.compile("\\b([a-z-]+):(\\d{4,5})\\b");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(bulwark[^`]+)`");

    private static JsonNode compose;

    @BeforeAll
    static void read() throws IOException {
        compose = new ObjectMapper()
                .readTree(Program.DOCKER_COMPOSE.output(
                        Checkout.path("deploy/compose"), "-f", "compose.yaml", "config", "--format", "json"));
    }

    @Test
    void everythingThatTheDesignNamesIsThere() {
        assertThat(services().keySet())
                .containsExactlyInAnyOrder(
                        "kafka",
                        "database",
                        "topics",
                        "bank",
                        "registry",
                        "objects",
                        "worker",
                        "preview",
                        "stream",
                        "prometheus",
                        "grafana");
    }

    @Test
    void imagesAreOfThisVersionOrNameOneOfTheirOwn() {
        Map<String, String> images = services().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        service -> service.getValue().path("image").asText()));
        assertThat(images)
                .containsEntry("worker", PlannedImage.named("embed-worker").reference())
                .containsEntry("preview", PlannedImage.named("embed-worker").reference())
                .containsEntry("stream", PlannedImage.named("moderation-stream").reference())
                .containsEntry("topics", PlannedImage.named("cli").reference())
                .containsEntry("bank", PlannedImage.named("cli").reference())
                .containsEntry("kafka", "apache/kafka:" + System.getProperty("bulwark.kafka.version"))
                .containsEntry(
                        "registry",
                        "quay.io/apicurio/apicurio-registry:" + System.getProperty("bulwark.registry.version"));
        assertThat(images.values()).allMatch(image -> image.matches("[a-z0-9./-]+:v?\\d[\\w.-]+"));
    }

    @Test
    void nothingListensBeyondThisMachine() {
        assertThat(services().values().stream().flatMap(service -> each(service.path("ports"))))
                .isNotEmpty()
                .allSatisfy(port -> assertThat(port.path("host_ip").asText()).isEqualTo("127.0.0.1"));
        assertThat(services().values().stream()
                        .flatMap(service -> each(service.path("ports")))
                        .map(port -> port.path("published").asText()))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyFileThatIsMountedExists() {
        assertThat(services().values().stream()
                        .flatMap(service -> each(service.path("volumes")))
                        .filter(volume -> volume.path("type").asText().equals("bind")))
                .isNotEmpty()
                .allSatisfy(mount -> {
                    assertThat(Path.of(mount.path("source").asText())).exists();
                    assertThat(mount.path("read_only").asBoolean()).isTrue();
                });
    }

    @Test
    void ourContainersHaveNoMoreRightsThanOnKubernetes() {
        assertThat(OURS).allSatisfy(name -> {
            JsonNode service = services().get(name);
            assertThat(service.path("read_only").asBoolean()).isTrue();
            PlannedImage image = planned(service);
            assertThat(service.path("user").asText()).isEqualTo(image.user());
            assertThat(each(service.path("tmpfs")).map(JsonNode::asText)).containsExactly("/tmp");
            assertThat(service.hasNonNull("entrypoint")).isFalse();
            assertThat(each(service.path("ports"))
                            .map(port -> port.path("target").asInt()))
                    .isSubsetOf(image.ports());
            assertThat(service.path("environment").fieldNames())
                    .toIterable()
                    .doesNotContainAnyElementsOf(image.environment().keySet());
            assertThat(service.at("/cap_drop/0").asText()).isEqualTo("ALL");
            assertThat(service.at("/security_opt/0").asText()).isEqualTo("no-new-privileges:true");
            assertThat(service.has("privileged")).isFalse();
        });
    }

    /** The topics are made from the catalogue in the code, by the command that {@code TopicsIT} tests. */
    @Test
    void theTopicsAreTheCataloguesAndThereBeforeAnybodyNeedsThem() {
        assertThat(each(services().get("topics").path("command")).map(JsonNode::asText))
                .containsExactly("topics", "create", "--replication", "1");
        assertThat(services()
                        .get("kafka")
                        .at("/environment/KAFKA_AUTO_CREATE_TOPICS_ENABLE")
                        .asText())
                .isEqualTo("false");
        assertThat(List.of("bank", "stream"))
                .allSatisfy(name -> assertThat(services()
                                .get(name)
                                .at("/depends_on/topics/condition")
                                .asText())
                        .isEqualTo("service_completed_successfully"));
        assertThat(services().get("worker").at("/depends_on/bank/condition").asText())
                .isEqualTo("service_completed_successfully");
    }

    @Test
    void everyAddressIsThatOfAService() {
        Map<String, Set<Integer>> ports = Map.of(
                "kafka", Set.of(9092, 9093),
                "database", Set.of(5432),
                "registry", Set.of(8080),
                "objects", Set.of(8333),
                "worker", Set.of(8081),
                "preview", Set.of(8081),
                "red-team", Set.of(8081),
                "stream", Set.of(8080, 9000),
                "prometheus", Set.of(9090));
        Stream<String> texts = Stream.concat(
                services().values().stream()
                        .flatMap(service -> each(service.path("environment")))
                        .map(JsonNode::asText),
                Stream.of("prometheus.yaml", "grafana/datasource.yaml").map(ComposeTest::text));
        assertThat(texts.flatMap(text -> ADDRESS.matcher(text).results()))
                .hasSizeGreaterThan(6)
                .allSatisfy(address -> assertThat(ports)
                        .hasEntrySatisfying(
                                address.group(1),
                                open -> assertThat(open).contains(Integer.parseInt(address.group(2)))));
    }

    @Test
    void everySettingIsOneThatTheProgramHas() throws IOException {
        assertSettings("worker", Set.of("SMALLRYE_CONFIG_LOCATIONS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"));
        assertSettings("preview", "worker", Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"));
        assertSettings("stream", Set.of("QUARKUS_HTTP_HOST", "QUARKUS_MANAGEMENT_HOST"));
    }

    /** The store knows the worker as an identity that may only read; the secret is set in one place. */
    @Test
    void theWorkerReadsImagesFromTheObjectStoreWithRightsToReadOnly() throws IOException {
        JsonNode environment = services().get("worker").path("environment");
        JsonNode identities = new ObjectMapper()
                .readTree(compose.at("/configs/object-store-identities/content").asText())
                .path("identities");
        JsonNode worker = each(identities)
                .filter(identity -> identity.at("/credentials/0/accessKey")
                        .asText()
                        .equals(environment.path("AWS_ACCESS_KEY_ID").asText()))
                .findFirst()
                .orElseThrow();

        assertThat(each(worker.path("actions")).map(JsonNode::asText)).containsExactly("Read");
        assertThat(environment.path("AWS_SECRET_ACCESS_KEY").asText())
                .isEqualTo(worker.at("/credentials/0/secretKey").asText());
        assertThat(text("compose.yaml")).contains("AWS_SECRET_ACCESS_KEY: ${OBJECT_STORE_WORKER_SECRET:-");
        assertThat(environment.path("BULWARK_FETCH_SCHEMES").asText().split(","))
                .containsExactlyInAnyOrder("https", "s3");
        assertThat(environment.path("BULWARK_FETCH_S3_PATH_STYLE").asBoolean()).isTrue();
        assertThat(services().get("worker").path("depends_on").has("objects")).isTrue();
    }

    /** Services that keep running have a health check, and the services that need them wait until it passes. */
    @Test
    void everythingThatStaysHasAHealthCheckAndIsWaitedFor() {
        assertThat(services()).allSatisfy((name, service) -> {
            boolean ends = service.path("restart").asText().equals("no");
            assertThat(service.path("healthcheck").has("test")).as(name).isEqualTo(!ends);
            service.path("depends_on").properties().forEach(needed -> {
                boolean neededEnds =
                        services().get(needed.getKey()).path("restart").asText().equals("no");
                assertThat(needed.getValue().path("condition").asText())
                        .as("%s needs %s", name, needed.getKey())
                        .isEqualTo(neededEnds ? "service_completed_successfully" : "service_healthy");
            });
        });
    }

    /** As long as on Kubernetes: longer than a drain and an open transaction. */
    @Test
    void programsHaveTimeToDrain() {
        assertThat(List.of("worker", "stream"))
                .allSatisfy(name -> assertThat(
                                services().get(name).path("stop_grace_period").asText())
                        .isEqualTo("1m0s"));
    }

    @Test
    void theBankIsFilledForTheTwinThatThePolicyAsksFor() throws IOException {
        Properties policy = new Properties();
        try (Reader reader = Files.newBufferedReader(Checkout.path("deploy/local/policy.properties"))) {
            policy.load(reader);
        }
        assertThat(services().get("bank").at("/environment/BULWARK_TWIN_MODEL").asText())
                .isNotEmpty()
                .isEqualTo(policy.getProperty("bulwark.twin.model"));
    }

    @Test
    void prometheusScrapesTheJobsThatAlertsAndDashboardsName() throws IOException {
        String alerts = Files.readString(Checkout.path("deploy/prometheus/alerts.yaml"));
        Set<String> named = Pattern.compile("job=\"([^\"]+)\"")
                .matcher(alerts)
                .results()
                .map(job -> job.group(1))
                .collect(Collectors.toSet());
        Set<String> scraped = Pattern.compile("job_name: (\\S+)")
                .matcher(text("prometheus.yaml"))
                .results()
                .map(job -> job.group(1))
                .collect(Collectors.toSet());
        // The red team's alert compares two figures of one job, whatever that job is called.
        named.add("bulwark-red-team");
        assertThat(scraped).isEqualTo(named);
        assertThat(Program.PROMTOOL.output(
                        Checkout.path("deploy/compose"), "check", "config", "--syntax-only", "prometheus.yaml"))
                .contains("SUCCESS");
    }

    @Test
    void grafanaFindsItsDataSourceAndItsDashboards() {
        String folder = "/var/lib/bulwark/dashboards";
        assertThat(text("grafana/dashboards.yaml")).contains("path: " + folder);
        JsonNode grafana = services().get("grafana");
        assertThat(grafana.at("/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                        .asText())
                .startsWith(folder + "/");
        assertThat(each(grafana.path("volumes"))
                        .filter(volume -> volume.path("target").asText().equals(folder))
                        .map(volume -> Path.of(volume.path("source").asText())))
                .containsExactly(Checkout.path("deploy/grafana/dashboards"));
        assertThat(text("grafana/datasource.yaml")).contains("uid: prometheus", "isDefault: true");
    }

    private static PlannedImage planned(JsonNode service) {
        return PlannedImage.all().stream()
                .filter(image -> image.reference().equals(service.path("image").asText()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(service.path("image") + " is not built"));
    }

    /** A picture comes from where the upload was judged from, and only who shares the secret asks for it. */
    @Test
    void thePreviewFetchesAsTheWorkerDoesAndSharesItsSecretWithTheStream() {
        JsonNode preview = services().get("preview").path("environment");
        JsonNode worker = services().get("worker").path("environment");
        assertThat(preview.path("BULWARK_PREVIEW_ENABLED").asBoolean()).isTrue();
        assertThat(preview.path("BULWARK_PREVIEW_SECRET").asText())
                .hasSizeGreaterThanOrEqualTo(32)
                .isEqualTo(services()
                        .get("stream")
                        .at("/environment/BULWARK_PREVIEW_SECRET")
                        .asText());
        assertThat(worker.properties())
                .filteredOn(setting -> setting.getKey().matches("(BULWARK_FETCH|AWS)_.*"))
                .hasSize(6)
                .allSatisfy(
                        setting -> assertThat(preview.path(setting.getKey())).isEqualTo(setting.getValue()));
        assertThat(services().get("preview").has("ports")).isFalse();
    }

    /** It runs in its profile only, and decides with the worker's settings. */
    @Test
    void theScoreServerIsTheWorkersImageWithTheWorkersPolicyAndSources() throws IOException {
        assertThat(services()).doesNotContainKey("score");
        JsonNode score = likeTheWorkerInItsProfile("score");
        assertThat(score.has("image")).isTrue();
        assertThat(score.path("image")).isEqualTo(services().get("worker").path("image"));
        assertThat(score.at("/environment/BULWARK_SCORE_ENABLED").asBoolean()).isTrue();
        assertThat(score.at("/configs/0/target")).isEqualTo(score.at("/environment/BULWARK_SCORE_TOKENS_FILE"));
        assertThat(score.at("/ports/0/host_ip").asText()).isEqualTo("127.0.0.1");
        assertThat(score.path("healthcheck").has("test")).isTrue();
    }

    /** It runs in its profile only, fetches and decides with the worker's settings, and leaves CPU to the others. */
    @Test
    void theRedTeamHasTheWorkersPolicyAndSourcesAndFewCores() throws IOException {
        assertThat(services()).doesNotContainKey("red-team");
        JsonNode redTeam = likeTheWorkerInItsProfile("red-team");
        assertThat(redTeam.path("cpus").asDouble()).isLessThan(1);
        assertThat(redTeam.has("ports")).isFalse();
    }

    /** The service of a profile, which has the worker's settings and fences. */
    private static JsonNode likeTheWorkerInItsProfile(String profile) throws IOException {
        JsonNode all = new ObjectMapper()
                .readTree(Program.DOCKER_COMPOSE.output(
                        Checkout.path("deploy/compose"),
                        "-f",
                        "compose.yaml",
                        "--profile",
                        profile,
                        "config",
                        "--format",
                        "json"))
                .path("services");
        JsonNode service = all.path(profile);
        JsonNode worker = all.path("worker");
        for (String field : List.of("user", "read_only", "cap_drop", "security_opt", "tmpfs", "volumes")) {
            assertThat(service.has(field)).as(field).isTrue();
            assertThat(service.path(field)).isEqualTo(worker.path(field));
        }
        assertThat(worker.path("environment").properties())
                .isNotEmpty()
                .allSatisfy(setting -> assertThat(service.path("environment").path(setting.getKey()))
                        .isEqualTo(setting.getValue()));
        return service;
    }

    private static void assertSettings(String service, Set<String> others) throws IOException {
        assertSettings(service, service, others);
    }

    private static void assertSettings(String service, String table, Set<String> others) throws IOException {
        Set<String> known = ROW.matcher(Checkout.settings(table))
                .results()
                .map(row -> row.group(1).toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                .collect(Collectors.toSet());
        known.addAll(others);
        assertThat(services().get(service).path("environment").fieldNames())
                .toIterable()
                .isNotEmpty()
                .isSubsetOf(known);
    }

    private static Map<String, JsonNode> services() {
        Map<String, JsonNode> services = new TreeMap<>();
        compose.path("services").properties().forEach(entry -> services.put(entry.getKey(), entry.getValue()));
        return services;
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static String text(String file) {
        try {
            return Files.readString(Checkout.path("deploy/compose").resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
