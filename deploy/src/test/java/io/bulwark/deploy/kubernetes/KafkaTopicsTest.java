package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.schemas.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The topics of the manifests are those of the catalogue, and the brokers can hold them. */
class KafkaTopicsTest {

    @ForEveryOverlay
    void everyTopicOfTheCatalogueIsThereAsTheCatalogueSays(Overlay overlay) {
        assertThat(Topics.values()).allSatisfy(topic -> {
            Manifest manifest = overlay.one("KafkaTopic", topic.topicName());
            assertThat(manifest.at("/spec/partitions").asInt()).isEqualTo(topic.partitions());
            assertThat(Manifest.texts(manifest.at("/spec/config"))).isEqualTo(topic.config());
            assertThat(manifest.at("/spec/topicName").isMissingNode()).isTrue();
        });
    }

    @ForEveryOverlay
    void noOtherTopicsAreThereButTheRegistrys(Overlay overlay) {
        Settings registry = Settings.of(overlay, "bulwark-registry");
        List<String> ofRegistry = List.of(
                registry.get("apicurio.kafkasql.topic"),
                registry.get("apicurio.kafkasql.snapshots.topic"),
                registry.get("apicurio.events.kafka.topic"));
        List<String> catalogue =
                Arrays.stream(Topics.values()).map(Topics::topicName).toList();
        assertThat(overlay.all("KafkaTopic").map(Manifest::name))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(catalogue.stream(), ofRegistry.stream()).toList());
    }

    /** What the registry loses no reader can decode any more; it also refuses to start on a topic that forgets. */
    @ForEveryOverlay
    void theRegistrysTopicsForgetNothing(Overlay overlay) {
        assertThat(overlay.all("KafkaTopic").filter(topic -> topic.name().startsWith("registry.")))
                .hasSize(3)
                .allSatisfy(topic -> assertThat(Manifest.texts(topic.at("/spec/config")))
                        .isEqualTo(Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1")));
    }

    @ForEveryOverlay
    void everythingHasAsManyCopiesAsThereAreBrokersToHoldThemThreeAtMost(Overlay overlay) {
        int brokers = overlay.all("KafkaNodePool")
                .filter(pool -> Manifest.each(pool.at("/spec/roles"))
                        .anyMatch(role -> role.asText().equals("broker")))
                .mapToInt(pool -> pool.at("/spec/replicas").asInt())
                .sum();
        int copies = Math.min(3, brokers);
        assertThat(brokers).isEqualTo(overlay.name().equals("dev") ? 1 : 3);
        assertThat(overlay.all("KafkaTopic"))
                .allSatisfy(
                        topic -> assertThat(topic.at("/spec/replicas").asInt()).isEqualTo(copies));
        JsonNode config = overlay.all("Kafka").findFirst().orElseThrow().at("/spec/kafka/config");
        for (String factor : List.of(
                "default.replication.factor",
                "offsets.topic.replication.factor",
                "transaction.state.log.replication.factor")) {
            assertThat(config.path(factor).asInt()).as(factor).isEqualTo(copies);
        }
        for (String least : List.of("min.insync.replicas", "transaction.state.log.min.isr")) {
            assertThat(config.path(least).asInt()).as(least).isEqualTo(copies == 1 ? 1 : copies - 1);
        }
        assertThat(config.path("auto.create.topics.enable").asBoolean(true)).isFalse();
    }

    /** An even number of controllers, or one, has no majority left after a loss. */
    @ForEveryOverlay
    void controllersHaveAMajorityToLose(Overlay overlay) {
        int controllers = overlay.all("KafkaNodePool")
                .filter(pool -> Manifest.each(pool.at("/spec/roles"))
                        .anyMatch(role -> role.asText().equals("controller")))
                .mapToInt(pool -> pool.at("/spec/replicas").asInt())
                .sum();
        assertThat(controllers).isEqualTo(overlay.name().equals("dev") ? 1 : 3);
    }

    @ForEveryOverlay
    void onlyDevForgetsWhenAPodGoes(Overlay overlay) {
        String wanted = overlay.name().equals("dev") ? "ephemeral" : "persistent-claim";
        assertThat(overlay.all("KafkaNodePool")
                        .flatMap(pool -> Manifest.each(pool.at("/spec/storage/volumes")))
                        .map(volume -> volume.path("type").asText()))
                .isNotEmpty()
                .containsOnly(wanted);
    }
}
