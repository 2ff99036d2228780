package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.access.Role.AccessRule;
import io.bulwark.schemas.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who may do what on the brokers: the roles that the programs are tested under, and nothing beyond. */
class KafkaAccessTest {

    /** Users that belong to no program of Bulwark; their rules are checked one by one below. */
    private static final List<String> GUESTS = List.of("bulwark-scaler", "bulwark-registry");

    @ForEveryOverlay
    void everyRoleHasAUserWithItsRulesAndNoMore(Overlay overlay) {
        AccessNames names = names(overlay);
        assertThat(Role.values())
                .allSatisfy(role -> assertThat(rules(overlay, user(role)))
                        .containsExactlyInAnyOrderElementsOf(role.rules(names).stream()
                                .map(KafkaAccessTest::text)
                                .toList()));
    }

    @ForEveryOverlay
    void thereAreNoOtherUsers(Overlay overlay) {
        assertThat(overlay.all("KafkaUser").map(Manifest::name))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Arrays.stream(Role.values()).map(KafkaAccessTest::user), GUESTS.stream())
                                .toList());
    }

    @ForEveryOverlay
    void theScalerSeesTheLagAndNothingElse(Overlay overlay) {
        assertThat(rules(overlay, "bulwark-scaler"))
                .containsExactlyInAnyOrder(
                        "topic literal " + Topics.IMAGES_UPLOADED.topicName() + " [describe]",
                        "group literal " + names(overlay).workerGroup() + " [describe]");
    }

    /** It checks that its topics forget nothing, for which it must read their configuration. */
    @ForEveryOverlay
    void theRegistryHasItsOwnTopicsAndNothingElse(Overlay overlay) {
        String groups = Settings.of(overlay, "bulwark-registry").get("apicurio.kafkasql.consumer.group-prefix");
        assertThat(rules(overlay, "bulwark-registry"))
                .containsExactlyInAnyOrder(
                        "topic prefix registry. [describeconfigs, read, write]", "group prefix " + groups + " [read]");
    }

    @ForEveryOverlay
    void everyTopicThatARuleNamesIsThere(Overlay overlay) {
        List<String> topics = overlay.all("KafkaTopic").map(Manifest::name).toList();
        assertThat(overlay.all("KafkaUser")
                        .flatMap(user -> Manifest.each(user.at("/spec/authorization/acls")))
                        .map(acl -> acl.path("resource"))
                        .filter(resource -> resource.path("type").asText().equals("topic"))
                        .filter(resource ->
                                resource.path("patternType").asText().equals("literal"))
                        .map(resource -> resource.path("name").asText()))
                .isNotEmpty()
                .isSubsetOf(topics);
    }

    @ForEveryOverlay
    void everyUserLogsInAndNoneIsASuperUser(Overlay overlay) {
        Manifest kafka = overlay.all("Kafka").findFirst().orElseThrow();
        assertThat(Manifest.each(kafka.at("/spec/kafka/listeners"))).hasSize(1).allSatisfy(listener -> {
            assertThat(listener.path("tls").asBoolean()).isTrue();
            assertThat(listener.path("type").asText()).isEqualTo("internal");
            assertThat(listener.at("/authentication/type").asText()).isEqualTo("scram-sha-512");
        });
        assertThat(kafka.at("/spec/kafka/authorization/type").asText()).isEqualTo("simple");
        assertThat(kafka.at("/spec/kafka/authorization/superUsers").isMissingNode())
                .isTrue();
        assertThat(overlay.all("KafkaUser"))
                .allSatisfy(
                        user -> assertThat(user.at("/spec/authentication/type").asText())
                                .isEqualTo("scram-sha-512"));
    }

    /** The name in the settings, the user and the secret with its password are one. */
    @ForEveryOverlay
    void eachProgramLogsInAsItsOwnUserWithTheMountedPassword(Overlay overlay) {
        assertThat(List.of("bulwark-worker", "bulwark-stream")).allSatisfy(program -> {
            Settings settings = Settings.of(overlay, program);
            String user = settings.get("bulwark.kafka.security.username");
            assertThat(overlay.find("KafkaUser", user)).isPresent();
            assertThat(user).isEqualTo(program);
            assertThat(settings.get("bulwark.kafka.security.protocol")).isEqualTo("SASL_SSL");
            assertThat(settings.values()).doesNotContainKey("bulwark.kafka.security.password");
            Manifest workload = overlay.workloads()
                    .filter(candidate -> candidate.name().equals(program))
                    .findFirst()
                    .orElseThrow();
            assertThat(Manifest.each(workload.podSpec().path("volumes"))
                            .filter(volume -> volume.path("name").asText().equals("kafka-user"))
                            .map(volume -> volume.at("/secret/secretName").asText()))
                    .containsExactly(user);
        });
    }

    private static AccessNames names(Overlay overlay) {
        return new AccessNames(
                Settings.of(overlay, "bulwark-worker").get("bulwark.kafka.group"),
                Settings.of(overlay, "bulwark-stream").get("bulwark.stream.application-id"),
                AccessNames.DEFAULT.subscriberGroups());
    }

    private static String user(Role role) {
        return "bulwark-" + role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static List<String> rules(Overlay overlay, String user) {
        return Manifest.each(overlay.one("KafkaUser", user).at("/spec/authorization/acls"))
                .map(KafkaAccessTest::text)
                .toList();
    }

    private static String text(JsonNode acl) {
        assertThat(acl.has("host") || acl.has("type"))
                .as("for any host, allowing: %s", acl)
                .isFalse();
        JsonNode resource = acl.path("resource");
        List<String> operations = Manifest.each(acl.path("operations"))
                .map(operation -> operation.asText().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
        return resource.path("type").asText() + " "
                + resource.path("patternType").asText() + " "
                + resource.path("name").asText() + " " + operations;
    }

    private static String text(AccessRule rule) {
        Map<String, String> words = Map.of("TRANSACTIONAL_ID", "transactionalId", "TOPIC", "topic", "GROUP", "group");
        String pattern = rule.pattern().name().equals("PREFIXED") ? "prefix" : "literal";
        return words.get(rule.type().name()) + " " + pattern + " " + rule.name() + " "
                + rule.operations().stream()
                        .map(operation -> operation.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .collect(Collectors.toList());
    }
}
