package io.bulwark.schemas.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.testing.Authority;
import io.bulwark.schemas.testing.GivenSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSecurityTest {

    @TempDir
    Path folder;

    @Test
    void withoutAProtocolNothingIsSet() {
        assertThat(new ClientSecurity(GivenSecurity.none()).properties()).isEmpty();
    }

    /** Kafka's own reader of the line must find what was given, or a password with a quote is a wrong password. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with \"quotes\" and \\ and 'single'",
                "ends with a backslash\\",
                "semi;colon = equals // slashes /* stars */",
                "two\nlines\r\nand\ttabs",
                "\\n is not a newline",
                "\\101 is not an A",
                "ünïcode 密码 🔑",
            })
    void aPasswordArrivesAsItIs(String password) {
        var options = jaasOptions(
                new GivenSecurity(Map.of("protocol", "SASL_SSL", "username", "the \"worker\"", "password", password)));
        assertThat(options).containsEntry("password", password).containsEntry("username", "the \"worker\"");
    }

    @Test
    void theNewlineAtTheEndOfAPasswordFileIsNotPartOfThePassword() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), " spaces stay \n");
        var options = jaasOptions(
                new GivenSecurity(Map.of("protocol", "SASL_SSL", "username", "a")).with("password-file", file));
        assertThat(options).containsEntry("password", " spaces stay ");
    }

    @Test
    void aChangedPasswordIsReadAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "old");
        var security = new ClientSecurity(
                new GivenSecurity(Map.of("protocol", "SASL_SSL", "username", "a")).with("password-file", file));
        Object before = security.properties().get(SaslConfigs.SASL_JAAS_CONFIG);
        Files.writeString(file, "new");
        assertThat(security.properties().get(SaslConfigs.SASL_JAAS_CONFIG)).isNotEqualTo(before);

        Files.delete(file);
        assertThatThrownBy(security::properties)
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("bulwark.kafka.security.password-file")
                .satisfies(thrown -> assertThat(ConnectionFaults.explain(new KafkaException("No client", thrown)))
                        .contains(thrown.getMessage() + "."));
    }

    @Test
    void noTextOfThePropertiesHoldsAPassword() {
        var authority = new Authority(folder, "CN=Properties");
        var scram = new ClientSecurity(GivenSecurity.scram(authority, "worker", "geheim"));
        var mutual = new ClientSecurity(GivenSecurity.mutualTls(authority, authority.keystore("CN=worker")));
        assertThat(scram.properties().toString()).contains("[hidden]").doesNotContain("geheim");
        assertThat(mutual.properties().toString()).contains("[hidden]").doesNotContain(Authority.STORE_PASSWORD);
        assertThat(ClientSecurity.password(GivenSecurity.scram(authority, "worker", "geheim"))
                        .toString())
                .doesNotContain("geheim");
    }

    @Test
    void kafkasClientsKnowEveryProperty() {
        var authority = new Authority(folder, "CN=Properties");
        var properties = new ClientSecurity(GivenSecurity.mutualTls(authority, authority.keystore("CN=worker"))
                        .with("protocol", "SASL_SSL")
                        .with("username", "a")
                        .with("password", "b"))
                .properties();
        assertThat(ProducerConfig.configNames()).containsAll(properties.keySet());
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
        assertThat(new ProducerConfig(properties).getString("sasl.mechanism")).isEqualTo("SCRAM-SHA-512");
    }

    private static Map<String, Object> jaasOptions(KafkaSecurity settings) {
        var line = (Password) new ClientSecurity(settings).properties().get(SaslConfigs.SASL_JAAS_CONFIG);
        return Map.copyOf(JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, line))
                .configurationEntries()
                .get(0)
                .getOptions());
    }
}
