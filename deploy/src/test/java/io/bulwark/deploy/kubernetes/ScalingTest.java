package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Scaling on lag: bounds that follow from the topic, and thresholds that transaction markers do not reach. */
class ScalingTest {

    /**
     * Parameters of KEDA's Kafka scaler. Source: keda.sh, "Apache Kafka" of 2.18.
     */
    private static final Set<String> PARAMETERS = Set.of(
            "bootstrapServers",
            "consumerGroup",
            "topic",
            "lagThreshold",
            "activationLagThreshold",
            "offsetResetPolicy",
            "allowIdleConsumers",
            "scaleToZeroOnInvalidOffset",
            "excludePersistentLag",
            "limitToPartitionsWithLag",
            "ensureEvenDistributionOfPartitions",
            "version",
            "partitionLimitation",
            "sasl",
            "tls",
            "unsafeSsl");

    private static final int PARTITIONS = Topics.IMAGES_UPLOADED.partitions();

    @ForEveryOverlay
    void allOverlaysButDevScale(Overlay overlay) {
        assertThat(overlay.all("ScaledObject").count()).isEqualTo(overlay.name().equals("dev") ? 0 : 1);
    }

    @ForEveryOverlay(except = "dev")
    void thereAreNeverMoreWorkersThanPartitions(Overlay overlay) {
        JsonNode spec = scaledObject(overlay);
        assertThat(spec.path("maxReplicaCount").asInt()).isEqualTo(PARTITIONS);
        assertThat(spec.at("/fallback/replicas").asInt()).isBetween(1, PARTITIONS);
        assertThat(spec.path("minReplicaCount").asInt()).isBetween(1, PARTITIONS);
        assertThat(PARTITIONS % spec.path("minReplicaCount").asInt()).isZero();
    }

    /** The marker of a transaction lies behind the last answered upload of each partition and counts as lag. */
    @ForEveryOverlay(except = "dev")
    void markersOfTransactionsWakeNoWorker(Overlay overlay) {
        Map<String, String> kafka = trigger(overlay);
        int activation = Integer.parseInt(kafka.get("activationLagThreshold"));
        assertThat(activation).isGreaterThan(PARTITIONS);
        assertThat(Integer.parseInt(kafka.get("lagThreshold"))).isGreaterThan(activation);
    }

    @ForEveryOverlay(except = "dev")
    void theTriggerWatchesTheGroupAndTopicOfTheWorker(Overlay overlay) {
        Map<String, String> kafka = trigger(overlay);
        Settings worker = Settings.of(overlay, "bulwark-worker");
        assertThat(PARAMETERS).containsAll(kafka.keySet());
        assertThat(kafka)
                .containsEntry("consumerGroup", worker.get("bulwark.kafka.group"))
                .containsEntry("bootstrapServers", worker.get("bulwark.kafka.bootstrap-servers"))
                .containsEntry("topic", Topics.IMAGES_UPLOADED.topicName())
                .containsEntry("ensureEvenDistributionOfPartitions", "true")
                .containsEntry("offsetResetPolicy", "earliest");
        assertThat(overlay.find("KafkaTopic", kafka.get("topic"))).isPresent();
    }

    @ForEveryOverlay(except = "dev")
    void theTargetIsTheWorkerWhoseReplicasOnlyTheScalerSets(Overlay overlay) {
        JsonNode target = scaledObject(overlay).path("scaleTargetRef");
        Manifest worker =
                overlay.one(target.path("kind").asText(), target.path("name").asText());
        assertThat(worker.name()).isEqualTo("bulwark-worker");
        assertThat(worker.at("/spec/replicas").isMissingNode()).isTrue();
    }

    @ForEveryOverlay(except = "dev")
    void workersLeaveSlowly(Overlay overlay) {
        JsonNode down = scaledObject(overlay).at("/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown");
        assertThat(down.path("stabilizationWindowSeconds").asInt()).isGreaterThanOrEqualTo(300);
        int grace = overlay.one("Deployment", "bulwark-worker")
                .podSpec()
                .path("terminationGracePeriodSeconds")
                .asInt();
        assertThat(down.at("/policies/0/periodSeconds").asInt()).isGreaterThan(grace);
    }

    /** KEDA reads the user from a config map and the password from the secret that the user operator made. */
    @ForEveryOverlay(except = "dev")
    void theScalerLogsInAsItsOwnUser(Overlay overlay) {
        Promises promises = Promises.of(overlay);
        Manifest login = overlay.one(
                "TriggerAuthentication",
                scaledObject(overlay).at("/triggers/0/authenticationRef/name").asText());
        List<JsonNode> plain =
                Manifest.each(login.at("/spec/configMapTargetRef")).toList();
        List<JsonNode> secret = Manifest.each(login.at("/spec/secretTargetRef")).toList();
        assertThat(plain)
                .allSatisfy(reference -> assertThat(promises.missingInConfigMap(
                                reference.path("name").asText(),
                                reference.path("key").asText()))
                        .isEmpty());
        assertThat(secret)
                .allSatisfy(reference -> assertThat(promises.missingInSecret(
                                reference.path("name").asText(),
                                reference.path("key").asText()))
                        .isEmpty());

        Map<String, String> known = plain.stream()
                .collect(Collectors.toMap(
                        reference -> reference.path("parameter").asText(),
                        reference -> overlay.one(
                                        "ConfigMap", reference.path("name").asText())
                                .at("/data/" + reference.path("key").asText())
                                .asText()));
        assertThat(known).containsEntry("sasl", "scram_sha512").containsEntry("tls", "enable");
        assertThat(secret)
                .extracting(reference -> reference.path("parameter").asText())
                .containsExactlyInAnyOrder("password", "ca");
        String user = known.get("username");
        assertThat(overlay.find("KafkaUser", user)).isPresent();
        assertThat(secret)
                .filteredOn(reference -> reference.path("parameter").asText().equals("password"))
                .extracting(reference -> reference.path("name").asText())
                .containsExactly(user);
    }

    private static JsonNode scaledObject(Overlay overlay) {
        return overlay.all("ScaledObject").findFirst().orElseThrow().at("/spec");
    }

    private static Map<String, String> trigger(Overlay overlay) {
        JsonNode triggers = scaledObject(overlay).path("triggers");
        assertThat(triggers).hasSize(1);
        assertThat(triggers.at("/0/type").asText()).isEqualTo("kafka");
        return Manifest.texts(triggers.at("/0/metadata"));
    }
}
