package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.deploy.image.PlannedImage;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pod that follows an exchange's list, beside the overlay in whose namespace it runs. */
class HashListPodTest {

    private static Overlay lists;
    private static Overlay cluster;
    private static JsonNode pod;

    @BeforeAll
    static void render() {
        lists = Overlay.renderFolder("hash-lists");
        cluster = Overlay.render("cpu");
        pod = lists.one("Deployment", "bulwark-hash-list").at("/spec/template/spec");
    }

    @Test
    void itRunsTheCommandThatFollowsAListAndNeverTwiceAtATime() {
        JsonNode sync = pod.at("/containers/0");
        PlannedImage cli = PlannedImage.named("cli");
        assertThat(sync.path("image").asText()).isEqualTo(cli.reference());
        BulwarkCommand.commandLine()
                .parseArgs(
                        Manifest.each(sync.path("args")).map(JsonNode::asText).toArray(String[]::new));
        assertThat(Manifest.each(sync.path("args")).map(JsonNode::asText))
                .as("no credentials on the command line")
                .anyMatch(word -> word.startsWith("--credentials-file="));
        JsonNode spec = lists.one("Deployment", "bulwark-hash-list").at("/spec");
        assertThat(spec.path("replicas").asInt()).isEqualTo(1);
        assertThat(spec.at("/strategy/type").asText()).isEqualTo("Recreate");
    }

    @Test
    void itLogsInAsTheCuratorAndWritesTheReleaseThatNamesLists() throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(lists.all("ConfigMap")
                .findFirst()
                .orElseThrow()
                .at("/data")
                .path("connection.properties")
                .asText()));
        assertThat(settings).containsEntry("bulwark.schemas.write", "3");
        assertThat(cluster.find("KafkaUser", settings.getProperty("bulwark.kafka.security.username")))
                .isPresent();
    }

    /** Nothing but its label lets it reach Kafka, and the policy on names would keep it from the exchange. */
    @Test
    void noPolicyKeepsItFromTheExchange() {
        Map<String, String> labels =
                Manifest.texts(lists.one("Deployment", "bulwark-hash-list").at("/spec/template/metadata/labels"));
        assertThat(labels).containsEntry("bulwark.io/kafka-client", "true");
        assertThat(cluster.all("NetworkPolicy")
                        .map(policy -> Manifest.texts(policy.at("/spec/podSelector/matchLabels"))))
                .isNotEmpty()
                .noneMatch(selector -> labels.entrySet().containsAll(selector.entrySet()));
    }
}
