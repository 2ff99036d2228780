package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.deploy.image.PlannedImage;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pod that fills the bank of a cluster, beside the overlay in whose namespace it runs. */
class CuratorPodTest {

    private static Overlay curator;
    private static Overlay cluster;
    private static JsonNode pod;

    @BeforeAll
    static void render() {
        curator = Overlay.renderCurator();
        cluster = Overlay.render("cpu");
        pod = curator.one("Pod", "bulwark-curator").at("/spec");
    }

    @Test
    void itRunsCommandsOfTheCommandLinesImage() {
        PlannedImage cli = PlannedImage.named("cli");
        assertThat(containers())
                .hasSize(3)
                .allSatisfy(container ->
                        assertThat(container.path("image").asText()).isEqualTo(cli.reference()));
        assertThat(pod.at("/securityContext/runAsUser").asText() + ":"
                        + pod.at("/securityContext/runAsGroup").asText())
                .isEqualTo(cli.user());
        assertThat(containers().filter(container -> container.has("args")))
                .hasSize(2)
                .allSatisfy(container -> BulwarkCommand.commandLine()
                        .parseArgs(Manifest.each(container.path("args"))
                                .map(JsonNode::asText)
                                .toArray(String[]::new)));
    }

    /** Nothing but its label lets it reach Kafka, and the policy on names would keep it from there. */
    @Test
    void kafkaLetsItInAndNoPolicyKeepsItFromThere() {
        Map<String, String> labels = curator.one("Pod", "bulwark-curator").labels();
        assertThat(labels).containsEntry("bulwark.io/kafka-client", "true");
        assertThat(cluster.all("NetworkPolicy")
                        .map(policy -> Manifest.texts(policy.at("/spec/podSelector/matchLabels"))))
                .isNotEmpty()
                .noneMatch(selector -> labels.entrySet().containsAll(selector.entrySet()));
    }

    @Test
    void itLogsInAsTheCuratorWithWhatTheClusterHas() throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(curator.all("ConfigMap")
                .findFirst()
                .orElseThrow()
                .at("/data")
                .path("connection.properties")
                .asText()));
        Promises promises = Promises.of(cluster);
        assertThat(cluster.find("KafkaUser", settings.getProperty("bulwark.kafka.security.username")))
                .isPresent();
        String[] broker =
                settings.getProperty("bulwark.kafka.bootstrap-servers").split(":");
        assertThat(promises.services().get(broker[0])).contains(Integer.valueOf(broker[1]));
        for (JsonNode volume : pod.path("volumes")) {
            for (JsonNode item : volume.at("/secret/items")) {
                assertThat(promises.missingInSecret(
                                volume.at("/secret/secretName").asText(),
                                item.path("key").asText()))
                        .isEmpty();
            }
        }
        assertThat(List.of("truststore", "password-file"))
                .allSatisfy(
                        file -> assertThat(files()).contains(settings.getProperty("bulwark.kafka.security." + file)));
        assertThat(Set.copyOf(settings.stringPropertyNames()))
                .isSubsetOf(Settings.of(cluster, "bulwark-worker").values().keySet());
    }

    @Test
    void everyMountHasItsVolume() {
        Set<String> volumes = Manifest.each(pod.path("volumes"))
                .map(volume -> volume.path("name").asText())
                .collect(Collectors.toSet());
        assertThat(containers()
                        .flatMap(container -> Manifest.each(container.path("volumeMounts")))
                        .map(mount -> mount.path("name").asText()))
                .isSubsetOf(volumes)
                .containsAll(volumes);
    }

    private static Stream<JsonNode> containers() {
        return Stream.concat(Manifest.each(pod.path("initContainers")), Manifest.each(pod.path("containers")));
    }

    /** The files that mounted secrets give. */
    private static List<String> files() {
        return Manifest.each(pod.at("/containers/0/volumeMounts"))
                .flatMap(mount -> Manifest.each(pod.path("volumes"))
                        .filter(volume -> volume.path("name").equals(mount.path("name")))
                        .flatMap(volume -> Manifest.each(volume.at("/secret/items")))
                        .map(item -> mount.path("mountPath").asText() + "/"
                                + item.path("path").asText()))
                .toList();
    }
}
