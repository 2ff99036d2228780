package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database: who reaches it, how a connection knows it, and its backup, which no overlay has by itself. */
class DatabaseComponentTest {

    private static final String DATABASE = "bulwark-database";

    @TempDir
    private Path folder;

    /** CloudNativePG's documentation, "Networking": the operator needs 8000 and 5432, instances need each other. */
    @ForEveryOverlay
    void onlyTheStreamTheOperatorAndPrometheusReachItsPods(Overlay overlay) {
        JsonNode fence = overlay.one("NetworkPolicy", DATABASE).at("/spec");
        assertThat(Manifest.texts(fence.at("/podSelector/matchLabels"))).containsEntry("cnpg.io/cluster", DATABASE);
        Map<String, String> stream =
                overlay.one("StatefulSet", "bulwark-stream").podLabels();
        Map<String, String> worker = overlay.one("Deployment", "bulwark-worker").podLabels();
        Map<String, String> instance = Map.of("cnpg.io/cluster", DATABASE);
        assertThat(ports(fence, stream)).containsExactly(5432);
        assertThat(ports(fence, worker)).isEmpty();
        assertThat(ports(fence, instance)).containsExactlyInAnyOrder(5432, 8000);
        assertThat(Manifest.each(fence.path("ingress"))
                        .filter(rule -> rule.at("/from/0").has("namespaceSelector"))
                        .map(rule -> rule.at("/from/0/namespaceSelector/matchLabels")
                                        .path("kubernetes.io/metadata.name")
                                        .asText()
                                + Manifest.each(rule.path("ports"))
                                        .map(port -> port.path("port").asText())
                                        .toList()))
                .containsExactlyInAnyOrder("cnpg-system[5432, 8000]", "monitoring[9187]");
    }

    /** Encryption alone would take any server for the database. */
    @ForEveryOverlay
    void aConnectionKnowsTheServerByTheCertificateOfItsAuthority(Overlay overlay) {
        Manifest stream = overlay.one("StatefulSet", "bulwark-stream");
        String url = Manifest.each(stream.container().path("env"))
                .filter(variable -> variable.path("name").asText().equals("BULWARK_DATABASE_URL"))
                .map(variable -> variable.path("value").asText())
                .findFirst()
                .orElseThrow();
        assertThat(url).contains("//" + DATABASE + "-rw:5432/", "sslmode=verify-full");
        String certificate = url.replaceFirst(".*[?&]sslrootcert=([^&]+).*", "$1");
        String volume = Manifest.each(stream.container().path("volumeMounts"))
                .filter(mount -> certificate.startsWith(mount.path("mountPath").asText() + "/"))
                .map(mount -> mount.path("name").asText())
                .findFirst()
                .orElseThrow();
        JsonNode secret = Manifest.each(stream.podSpec().path("volumes"))
                .filter(each -> each.path("name").asText().equals(volume))
                .findFirst()
                .orElseThrow()
                .path("secret");
        assertThat(secret.path("secretName").asText()).isEqualTo(DATABASE + "-ca");
        assertThat(Manifest.each(secret.path("items"))
                        .map(item -> item.path("path").asText()))
                .as("the secret's key that signs stays out of the pod")
                .containsExactly(Path.of(certificate).getFileName().toString());
    }

    @Test
    void itsBackupArchivesAndCopiesIntoOneStoreWhoseKeyIsYours() throws IOException {
        Overlay overlay = Overlay.renderWith(folder, "production", "database-backup");
        ModelsTest.assertModels(overlay);
        JsonNode plugin = overlay.one("Cluster", DATABASE).at("/spec/plugins/0");
        assertThat(plugin.path("isWALArchiver").asBoolean()).isTrue();
        Manifest store = overlay.one(
                "ObjectStore", plugin.at("/parameters/barmanObjectName").asText());
        Manifest schedule = overlay.one("ScheduledBackup", DATABASE);
        assertThat(schedule.at("/spec/cluster/name").asText()).isEqualTo(DATABASE);
        assertThat(schedule.at("/spec/pluginConfiguration/name")).isEqualTo(plugin.path("name"));
        assertThat(schedule.at("/spec/schedule").asText().split(" "))
                .as("seconds first")
                .hasSize(6);
        Set<String> keys = Manifest.each(store.at("/spec/configuration/s3Credentials"))
                .map(key -> key.path("name").asText() + "/" + key.path("key").asText())
                .collect(Collectors.toSet());
        String comment =
                Files.readString(Checkout.path("deploy/kubernetes/components/database-backup/kustomization.yaml"));
        assertThat(Pattern.compile("--from-literal=([a-z-]+)=")
                        .matcher(comment)
                        .results()
                        .map(key -> DATABASE + "-backup/" + key.group(1)))
                .containsExactlyInAnyOrderElementsOf(keys);
        assertThat(List.of("production", "cpu"))
                .allSatisfy(name ->
                        assertThat(Overlay.render(name).all("ScheduledBackup")).isEmpty());
    }

    private static List<Integer> ports(JsonNode fence, Map<String, String> labels) {
        return Manifest.each(fence.path("ingress"))
                .filter(rule -> Manifest.each(rule.path("from"))
                        .anyMatch(peer -> !peer.has("namespaceSelector")
                                && Selector.of(peer.path("podSelector")).matches(labels)))
                .flatMap(rule -> Manifest.each(rule.path("ports")))
                .map(port -> port.path("port").asInt())
                .toList();
    }
}
