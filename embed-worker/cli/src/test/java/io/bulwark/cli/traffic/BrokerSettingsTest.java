package io.bulwark.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.BrokerOptions.BrokerSettings;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerSettingsTest {

    private static final Map<String, String> SCRAM = Map.of(
            "bulwark.kafka.security.protocol", "SASL_SSL",
            "bulwark.kafka.security.username", "curator",
            "bulwark.kafka.security.password", "geheim");

    @TempDir
    Path folder;

    @Test
    void without_settings_it_is_the_broker_of_this_machine() {
        Broker broker = BrokerSettings.of(Map.of()).broker(Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(broker.clientSettings(Map.of())).isEqualTo(Map.of("bootstrap.servers", "localhost:9092"));
    }

    @Test
    void options_win_over_settings() {
        BrokerSettings settings = BrokerSettings.of(
                Map.of("bulwark.kafka.bootstrap-servers", "a:1", "bulwark.schema-registry.url", "http://a"));

        Broker byOptions = settings.broker(Optional.of("b:2"), Optional.of("http://b"), Optional.empty());
        Broker bySettings = settings.broker(Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(byOptions.bootstrapServers() + byOptions.registryUrl().orElseThrow())
                .isEqualTo("b:2http://b");
        assertThat(bySettings.bootstrapServers() + bySettings.registryUrl().orElseThrow())
                .isEqualTo("a:1http://a");
    }

    @Test
    void a_service_s_own_file_serves_and_what_it_says_of_the_service_is_ignored() throws IOException {
        Path file = Files.writeString(folder.resolve("application.properties"), """
                        bulwark.kafka.bootstrap-servers=kafka:9093
                        bulwark.kafka.group=of-the-worker
                        bulwark.policy.k=7
                        bulwark.kafka.properties."client.rack"=a
                        bulwark.kafka.security.protocol=SASL_PLAINTEXT
                        bulwark.kafka.security.username=curator
                        bulwark.kafka.security.password=geheim
                        """);

        Broker broker =
                BrokerSettings.read(Optional.of(file)).broker(Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(broker.clientSettings(Map.of("acks", "all")))
                .containsEntry("bootstrap.servers", "kafka:9093")
                .containsEntry("security.protocol", "SASL_PLAINTEXT")
                .containsEntry("client.rack", "a")
                .containsEntry("acks", "all")
                .doesNotContainKey("group");
    }

    @Test
    void records_are_written_in_the_release_that_is_set() {
        Verdict verdict = SampleEvents.verdict();
        for (int release = 1; release <= BundledSchemas.RELEASES; release++) {
            Broker broker = BrokerSettings.of(Map.of("bulwark.schemas.write", Integer.toString(release)))
                    .broker(Optional.empty(), Optional.empty(), Optional.empty());

            byte[] written = broker.serializer(Verdict.class).serialize("t", verdict);

            assertThat(ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).getLong(2))
                    .isEqualTo(SchemaNormalization.parsingFingerprint64(
                            BundledSchemas.get().written(release, Verdict.class)));
            assertThat(broker.deserializer(Verdict.class)
                            .deserialize("t", written)
                            .getImageId())
                    .isEqualTo(verdict.getImageId());
        }
    }

    /** A registry nowhere: that it is asked for at all is what counts. */
    @Test
    void records_are_framed_for_the_registry_that_is_set() {
        Broker broker = BrokerSettings.of(Map.of())
                .broker(Optional.empty(), Optional.of("http://127.0.0.1:1"), Optional.empty());

        assertThatThrownBy(() -> broker.serializer(Review.class).serialize("t", SampleEvents.review()))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void the_prefix_of_topics_is_the_option_s_or_else_the_setting_s_and_travels_to_every_client() {
        BrokerSettings settings = BrokerSettings.of(Map.of("bulwark.topics.prefix", "acme."));

        Broker bySetting = settings.broker(Optional.empty(), Optional.empty(), Optional.empty());
        Broker byOption = settings.broker(Optional.empty(), Optional.empty(), Optional.of("other."));

        assertThat(bySetting.topic(Topics.VERDICTS)).isEqualTo("acme.moderation.verdicts");
        assertThat(bySetting.clientSettings(Map.of())).containsEntry("bulwark.topics.prefix", "acme.");
        assertThat(byOption.topic(Topics.VERDICTS)).isEqualTo("other.moderation.verdicts");
    }

    @Test
    void a_prefix_that_kafka_does_not_take_is_a_wrong_command_line() {
        BrokerSettings settings = BrokerSettings.of(Map.of());

        assertThatThrownBy(() -> settings.broker(Optional.empty(), Optional.empty(), Optional.of("acme/")))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining("bulwark.topics.prefix is 'acme/'");
    }

    @Test
    void a_release_that_there_is_not_is_a_wrong_command_line() {
        BrokerSettings settings = BrokerSettings.of(Map.of("bulwark.schemas.write", "9"));

        assertThatThrownBy(() -> settings.broker(Optional.empty(), Optional.empty(), Optional.empty()))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining("bulwark.schemas.write is 9")
                .hasMessageContaining("1 to 3");
    }

    @Test
    void a_setting_of_the_connection_that_nobody_reads_is_refused_by_name() {
        Map<String, String> misspelt = new HashMap<>(SCRAM);
        misspelt.put("bulwark.kafka.security.pasword-file", "x");

        assertThatThrownBy(() -> BrokerSettings.of(misspelt))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("bulwark.kafka.security.pasword-file");
    }

    @Test
    void what_does_not_agree_is_a_wrong_command_line_that_names_it() {
        Map<String, String> incomplete = new HashMap<>(SCRAM);
        incomplete.remove("bulwark.kafka.security.username");

        assertThatThrownBy(() ->
                        BrokerSettings.of(incomplete).broker(Optional.empty(), Optional.empty(), Optional.empty()))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining("bulwark.kafka.security.username is nothing");
    }

    @Test
    void no_text_of_a_broker_holds_a_password() {
        Broker broker = BrokerSettings.of(SCRAM).broker(Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(broker.toString() + broker.clientSettings(Map.of()))
                .contains("[hidden]")
                .doesNotContain("geheim");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> BrokerSettings.read(Optional.of(folder.resolve("missing"))))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--config")
                .hasMessageContaining("missing");
    }
}
