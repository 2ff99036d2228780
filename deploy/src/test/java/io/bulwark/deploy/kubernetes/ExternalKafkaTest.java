package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import io.bulwark.schemas.connection.KafkaSecurity;
import io.bulwark.schemas.connection.SecurityCheck;
import io.bulwark.schemas.testing.GivenSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The overlay, and the chart, at a Kafka that is there already: no Strimzi, no registry, names with a prefix. */
class ExternalKafkaTest {

    private static final List<String> PROGRAMS =
            List.of("bulwark-worker", "bulwark-stream", "bulwark-preview", "bulwark-score", "bulwark-red-team");

    static Stream<Overlay> both() {
        return Stream.of(
                Overlay.render("external-kafka"),
                Chart.asItIs()
                        .withFiles("values-external-kafka.yaml")
                        .with(Map.of("kafka.external.caSecret", "bulwark-cluster-ca-cert"))
                        .render());
    }

    @ParameterizedTest
    @MethodSource("both")
    void nothingOfStrimziNorOfTheRegistryIsLeft(Overlay overlay) {
        ModelsTest.assertModels(overlay);
        assertThat(overlay.objects()).noneMatch(object -> object.apiVersion().startsWith("kafka.strimzi.io"));
        assertThat(overlay.objects()).extracting(Manifest::name).noneMatch(name -> name.contains("registry"));
        assertThat(overlay.all("NetworkPolicy"))
                .allSatisfy(policy ->
                        assertThat(policy.json().toString()).doesNotContain("strimzi.io", "bulwark-registry"));
        assertThat(overlay.all("ScaledObject")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("both")
    void everyProgramConnectsToTheSameBrokersUnderThePrefixAsTheUserOfItsRole(Overlay overlay) {
        assertThat(PROGRAMS).allSatisfy(program -> {
            Map<String, String> settings = Settings.of(overlay, program).values();
            assertThat(settings)
                    .containsEntry("bulwark.kafka.bootstrap-servers", "kafka.example.com:9096")
                    .containsEntry("bulwark.topics.prefix", "acme.")
                    .containsEntry("bulwark.kafka.security.protocol", "SASL_SSL")
                    .containsEntry("bulwark.kafka.security.mechanism", "SCRAM-SHA-512")
                    .containsEntry("bulwark.kafka.security.username", program);
            assertThat(settings.getOrDefault("bulwark.schema-registry.url", "")).isEmpty();
        });
    }

    /** They lie where Strimzi would have put them, so the pods are those of the other overlays. */
    @ParameterizedTest
    @MethodSource("both")
    void theComponentSaysHowEverySecretThatPodsMountIsMade(Overlay overlay) throws IOException {
        Set<String> mounted = overlay.workloads()
                .flatMap(workload -> Manifest.each(workload.podSpec().path("volumes")))
                .filter(volume -> volume.path("name").asText().startsWith("kafka-"))
                .map(volume -> volume.at("/secret/secretName").asText())
                .collect(Collectors.toSet());
        String comment =
                Files.readString(Checkout.path("deploy/kubernetes/components/external-kafka/kustomization.yaml"));
        assertThat(mounted).hasSize(6).allSatisfy(name -> assertThat(comment).containsPattern("\\b" + name + "\\b"));
    }

    @ParameterizedTest
    @MethodSource("both")
    void theFencesOpenToTheBrokersAddressesAndPortAlone(Overlay overlay) {
        assertThat(PROGRAMS).allSatisfy(program -> {
            JsonNode kafka = overlay.one("NetworkPolicy", program).at("/spec/egress/0");
            assertThat(kafka.at("/to/0/ipBlock/cidr").asText()).isEqualTo("10.0.0.0/8");
            assertThat(kafka.path("ports")).hasSize(1);
            assertThat(kafka.at("/ports/0/port").asInt()).isEqualTo(9096);
        });
    }

    @Test
    void aChartWithTokensAsksTheProviderForThem() {
        Overlay rendered = external(Map.of(
                "kafka.external.mechanism", "OAUTHBEARER",
                "kafka.external.tokenEndpoint", "https://login.example.org/token",
                "kafka.external.tokenScope", "kafka",
                "kafka.external.users.worker.username", "client-7",
                "kafka.external.users.worker.secretName", "client-of-the-worker"));
        Map<String, String> settings = Settings.of(rendered, "bulwark-worker").values();
        assertThat(settings)
                .containsEntry("bulwark.kafka.security.username", "client-7")
                .containsEntry("bulwark.kafka.security.token-scope", "kafka");
        assertThat(complaints(settings, Set.of())).isEmpty();
        assertThat(rendered.one("Deployment", "bulwark-worker").json().toString())
                .contains("client-of-the-worker");
        assertThatThrownBy(() -> external(Map.of("kafka.external.mechanism", "OAUTHBEARER")))
                .hasMessageContaining("kafka.external.tokenEndpoint");
    }

    @Test
    void aChartWithCertificatesMountsEachProgramsOwn() {
        Overlay rendered = external(Map.of("kafka.external.protocol", "SSL"));
        Manifest stream = rendered.one("StatefulSet", "bulwark-stream");
        JsonNode user = Manifest.each(stream.podSpec().path("volumes"))
                .filter(volume -> volume.path("name").asText().equals("kafka-user"))
                .findFirst()
                .orElseThrow();
        assertThat(Manifest.each(user.at("/secret/items"))
                        .map(item -> item.path("key").asText()))
                .containsExactly("user.p12", "user.password");
        assertThat(Settings.of(rendered, "bulwark-stream").values())
                .containsEntry("bulwark.kafka.security.keystore", "/etc/bulwark/kafka-user/user.p12")
                .doesNotContainKeys("bulwark.kafka.security.username", "bulwark.kafka.security.mechanism");
    }

    /** As the page has it for MSK: the client's own properties, and no user. */
    @Test
    void aChartWithoutAMechanismPassesKafkasPropertiesOn() {
        Overlay rendered = external(Map.of(
                "kafka.external.mechanism", "",
                "kafka.external.protocol", "SASL_SSL",
                "kafka.external.properties.sasl\\.mechanism", "AWS_MSK_IAM"));
        Map<String, String> settings = Settings.of(rendered, "bulwark-worker").values();
        assertThat(settings)
                .containsEntry("bulwark.kafka.properties.\"sasl.mechanism\"", "AWS_MSK_IAM")
                .containsEntry("bulwark.kafka.properties.\"security.protocol\"", "SASL_SSL")
                .doesNotContainKeys("bulwark.kafka.security.protocol", "bulwark.kafka.security.username");
        assertThat(complaints(settings, Set.of("sasl.mechanism", "security.protocol")))
                .isEmpty();
        assertThat(rendered.one("Deployment", "bulwark-worker").json().toString())
                .doesNotContain("kafka-user");
    }

    private static Overlay external(Map<String, String> values) {
        return Chart.asItIs()
                .withFiles("values-external-kafka.yaml")
                .with(values)
                .render();
    }

    /** What a program would refuse at its start, but for the files, which only a pod has. */
    private static List<String> complaints(Map<String, String> settings, Set<String> properties) {
        Map<String, String> own = new HashMap<>();
        settings.forEach((name, value) -> {
            if (name.startsWith(KafkaSecurity.PREFIX)) {
                own.put(name.substring(KafkaSecurity.PREFIX.length()), value);
            }
        });
        if (own.remove("password-file") != null) {
            own.put("password", "given by a file");
        }
        return SecurityCheck.complaints(new GivenSecurity(own), properties, Clock.systemUTC());
    }
}
