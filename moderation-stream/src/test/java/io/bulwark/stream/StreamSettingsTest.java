package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.Topics;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSettingsTest {

    @Test
    void thePrefixIsBeforeTopicsAndTheApplicationId() {
        StreamConfig config = StreamSettings.validated(config(Map.of("bulwark.topics.prefix", "acme.")));
        assertThat(StreamSettings.topics(config).of(Topics.VERDICTS)).isEqualTo("acme.moderation.verdicts");
        assertThat(StreamSettings.applicationId(config)).isEqualTo("acme.bulwark-moderation-stream-2");
        assertThat(StreamSettings.serdes(config)).containsEntry("bulwark.topics.prefix", "acme.");
    }

    @Test
    void aPrefixThatKafkaDoesNotTakeOrThatIsTooLongIsNamed() {
        assertThatThrownBy(() -> StreamSettings.validated(config(Map.of("bulwark.topics.prefix", "acme/"))))
                .hasMessageContaining("bulwark.topics.prefix is 'acme/', allowed is 0 to 100 of letters");
        assertThatThrownBy(() -> StreamSettings.validated(config(
                        Map.of("bulwark.topics.prefix", "acme.", "bulwark.stream.application-id", "x".repeat(196)))))
                .hasMessageContaining("bulwark.topics.prefix is 'acme.', allowed is 200 characters together with");
    }

    @Test
    void underAPrefixOspreysTopicIsNoneOfThatPrefix() {
        assertThatThrownBy(() -> StreamSettings.validated(config(Map.of(
                        "bulwark.topics.prefix",
                        "acme.",
                        "bulwark.outbound.osprey.topic",
                        "acme.moderation.verdicts"))))
                .hasMessageContaining("bulwark.outbound.osprey.topic is 'acme.moderation.verdicts'");
        StreamSettings.validated(config(
                Map.of("bulwark.topics.prefix", "acme.", "bulwark.outbound.osprey.topic", "osprey.actions_input")));
    }

    @Test
    void aConsumerThatIsOpenedLaterReadsThePasswordAgain(@TempDir Path folder) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "first");
        StreamConfig config = config(Map.of(
                "bulwark.kafka.security.protocol", "SASL_PLAINTEXT",
                "bulwark.kafka.security.username", "stream",
                "bulwark.kafka.security.password-file", password.toString()));
        Supplier<Consumer<byte[], byte[]>> consumers = StreamSettings.consumers(config, Map.of("group.id", "a-group"));
        Files.delete(password);

        assertThatThrownBy(consumers::get).hasMessageContaining(password.toString());

        Files.writeString(password, "second");
        consumers.get().close();
    }

    @Test
    void theDefaultsAreValid() {
        StreamConfig config = StreamSettings.validated(config(Map.of()));
        assertThat(config.kafka().bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(config.stream().stateDir())
                .isEqualTo(System.getProperty("user.home") + "/.bulwark/moderation-stream");
        assertThat(config.stream().uploaders().strikeHalfLife()).isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "stream.application-id | two words | 'two words', allowed is 1 to 200 of letters",
                "stream.application-server | nowhere | 'nowhere', allowed is host:port",
                "stream.threads | 0 | 0, allowed is 1 to 64",
                "stream.standby-replicas | -1 | -1, allowed is 0 to 8",
                "stream.replication-factor | 0 | 0, allowed is -1 (the brokers' default) or 1 to 9",
                "stream.commit-interval | 1ms | PT0.001S, allowed is a duration from PT0.01S to PT5S",
                "stream.state-memory | 1M | 1048576 bytes, allowed is at least 8M",
                "stream.decisions.retention | 1s | PT1S, allowed is a duration from PT1M",
                "stream.decisions.retention | 366d | PT8784H, allowed is a duration from PT1M to PT8760H",
                "stream.audits.retention | 1s | PT1S, allowed is a duration from PT1M",
                "stream.audits.robust-accuracy-objective | 90 | 90.0, allowed is a share above 0 up to 1",
                "stream.missing.deadline | 0s | PT0S, allowed is a duration from PT1S",
                "stream.uploaders.retention | 1h | PT1H, allowed is a duration from PT24H",
                "stream.uploaders.strike-half-life | 1m | PT1M, allowed is a duration from PT1H",
                "stream.uploaders.strike-weights | gore | 'gore', allowed is names with numbers from 0",
                "stream.uploaders.strike-thresholds | warn=-1 | 'warn=-1', allowed is names with numbers from 0",
                "stream.flagged.retention | 31d | PT744H, allowed is a duration from PT1M to PT720H",
                "stream.flagged.entries | 0 | 0, allowed is 1 to 10000",
                "stream.flagged.of-uploader | 0 | 0, allowed is 1 to 10000",
                "stream.flagged.embeddings | 1s | PT1S, allowed is a duration from PT1M",
                "stream.feed.history | 0 | 0, allowed is 1 to 100000",
                "stream.feed.heartbeat | 1h | PT1H, allowed is a duration from PT0.1S to PT5M",
                "stream.query.hop-timeout | 1ms | PT0.001S, allowed is a duration from PT0.05S to PT30S",
                "review.lease | 1s | PT1S, allowed is a duration from PT5S to PT8H",
                "review.undo-within | 366d | PT8784H, allowed is a duration from PT0S to PT8760H",
                "review.outbox.pause | 1ms | PT0.001S, allowed is a duration from PT0.01S to PT10S",
                "review.audit-log.anchor-every | 0s | PT0S, allowed is a duration from PT1S to PT744H",
                "review.sample | 1.5 | 1.5, allowed is 0 to 1",
                "review.golden | NaN | NaN, allowed is 0 to 1",
                "review.second.sample | -0.1 | -0.1, allowed is 0 to 1",
                "review.retention.notes | 30d | PT720H, allowed is a duration from PT744H to PT876000H",
                "review.retention.decisions | 100d | PT2400H, allowed is bulwark.review.retention.items, which is PT9600H",
                "schemas.write | 0 | 0, allowed is 1 to 3",
                "schemas.write | 4 | 4, allowed is 1 to 3",
                "schemas.wait | 3m | PT3M, allowed is a duration from PT0S to PT2M",
                "schemas.wait | -1s | PT-1S, allowed is a duration from PT0S to PT2M",
            })
    void aValueThatIsNotAllowedIsNamedWithWhatIs(String name, String value, String told) {
        assertRefused(Map.of("bulwark." + name, value)).hasMessageContaining("bulwark." + name + " is " + told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction.timeout.ms", "producer.transaction.timeout.ms", "commit.interval.ms"})
    void aPropertyThatWouldLetATransactionTimeOutIsRefused(String name) {
        assertRefused(Map.of("bulwark.kafka.properties.\"" + name + "\"", "60000"))
                .hasMessageContaining("bulwark.kafka.properties.\"" + name + "\" is set, which is not allowed")
                .hasMessageContaining("bulwark.stream.commit-interval");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingress", "0.0.0.0/0", "10.0.0.0/33"})
    void aTrustedProxyThatIsNoRangeIsRefused(String proxy) {
        assertRefused(Map.of("bulwark.access.trusted-proxies", "10.1.2.3," + proxy))
                .hasMessageContaining(
                        "bulwark.access.trusted-proxies is '" + proxy + "', allowed is addresses and ranges");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bulwark.preview.url | ftp://preview | bulwark.preview.url is 'ftp://preview', allowed is http://",
                "bulwark.preview.url | http://preview:8081/path | bulwark.preview.url is 'http://preview:8081/path'",
                "bulwark.preview.url | http://preview:8081 | bulwark.preview.secret-file is nothing, allowed is a file",
                "bulwark.preview.secret | short | bulwark.preview.secret has 5 characters, allowed are at least 32",
                "bulwark.preview.secret-file | /no/such/file | bulwark.preview.secret-file is /no/such/file",
                "bulwark.explain.url | http://explain:8083/path | bulwark.explain.url is 'http://explain:8083/path'",
                "bulwark.explain.url | http://explain:8083 | bulwark.preview.url is nothing, allowed is an address where",
                "bulwark.explain.timeout | 5m | bulwark.explain.timeout is PT5M, allowed is a duration from PT1S to PT2M",
                "bulwark.console.concepts-url | javascript:alert(1) | bulwark.console.concepts-url is 'javascript:alert(1)'",
                "bulwark.tracing.exporter | jaeger | bulwark.tracing.exporter is 'jaeger', allowed is none or otlp",
                "bulwark.tracing.endpoint | collector:4318 | bulwark.tracing.endpoint is 'collector:4318', allowed is http://",
                "bulwark.tracing.ratio | 2 | bulwark.tracing.ratio is 2.0, allowed is 0 to 1",
                "bulwark.preview.timeout | 5m | bulwark.preview.timeout is PT5M, allowed is a duration from PT1S to PT2M",
                "bulwark.review.evidence.appeal | -1s | bulwark.review.evidence.appeal is PT-1S, allowed is a duration",
            })
    void aSettingOfPicturesOrTracesThatIsNotAllowedIsNamedWithWhatIs(String name, String value, String told) {
        assertRefused(Map.of(name, value)).hasMessageContaining(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "url | http://shop.example/hook | http://shop.example, allowed is https://",
                "url | https://user@shop.example/hook | https://shop.example, allowed is https://",
                "url | file:///etc/passwd | file://null, allowed is https://",
                "decisions | BAD | 'BAD', allowed is SAFE, NSFW, REVIEW, REFUSED",
                "from | middle | 'middle', allowed is latest or earliest",
                "timeout | 5m | PT5M, allowed is a duration from PT0.1S to PT1M",
                "at-once | 0 | 0, allowed is 1 to 256",
                "attempts | 0 | 0, allowed is 1 to 1000",
                "secret-files | /no/such | /no/such cannot be read: NoSuchFileException",
            })
    void aWebhookThatIsSetWrongIsNamedWithWhatIsAllowed(String name, String value, String told) {
        var values = new HashMap<>(Map.of(
                "bulwark.outbound.webhooks.shop.url", "https://shop.example/hook",
                "bulwark.outbound.webhooks.shop.secret-files", "/no/file"));
        values.put("bulwark.outbound.webhooks.shop." + name, value);
        assertRefused(values)
                .hasMessageContaining("bulwark.outbound.webhooks.shop." + name)
                .hasMessageContaining(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "osprey.topic | moderation.verdicts | 'moderation.verdicts', allowed is the name of a topic that is not",
                "osprey.topic | a topic | 'a topic', allowed is the name of a topic",
                "osprey.decisions | BAD | 'BAD', allowed is SAFE, NSFW, REVIEW, REFUSED",
                "coop.url | http://coop.example | http://coop.example, allowed is https://",
                "coop.url | https://coop.example/path | https://coop.example/path, allowed is an address without path",
                "coop.url | https://coop.example | nothing, allowed is a file where coop.url is set",
                "coop.api-key-file | /no/file | /no/file cannot be read: NoSuchFileException",
                "coop.public-key-file | /no/file | /no/file cannot be read: NoSuchFileException",
                "coop.image-url | https://pictures.example | 'https://pictures.example', allowed is http:// or https://",
                "coop.actions.ban | NSFW | 'NSFW', allowed is SAFE, or NSFW/ and labels",
            })
    void aNeighbourThatIsSetWrongIsNamedWithWhatIsAllowed(String name, String value, String told) {
        assertRefused(Map.of("bulwark.outbound." + name, value)).hasMessageContaining(told);
    }

    @Test
    void aReceiverOfNotificationsNeedsAnAddressAndTheConsoles(@TempDir Path folder) throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "http://chat.example/secret\n");
        assertThatThrownBy(() -> StreamSettings.validated(config(Map.of(
                        "bulwark.notifications.webhooks.chat.url-file",
                        plain.toString(),
                        "bulwark.notifications.events",
                        "GOSSIP"))))
                .hasMessageContaining("bulwark.notifications.webhooks.chat.url-file is http://chat.example, allowed is")
                .hasMessageContaining("bulwark.notifications.console-url is nothing")
                .hasMessageContaining("bulwark.notifications.events is 'GOSSIP'")
                .hasMessageNotContaining("secret");
        StreamSettings.validated(config(Map.of(
                "bulwark.notifications.webhooks.chat.url-file",
                plain.toString(),
                "bulwark.notifications.webhooks.chat.allow-http",
                "true",
                "bulwark.notifications.console-url",
                "https://bulwark.example")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connections | 3 | 3, allowed is 4 to 1000.",
                "lists.connections | 0 | 0, allowed is 1 to 100.",
                "lists.timeout | 6s | PT6S, allowed is a duration from PT0.1S to PT5S.",
            })
    void aSettingOfTheDatabaseThatIsNotAllowedIsNamedWithWhatIs(String name, String value, String told) {
        assertRefused(Map.of("bulwark.database." + name, value)).hasMessage("bulwark.database." + name + " is " + told);
    }

    @Test
    void theReleaseBeforeTheNewestIsWrittenAsASerializerWithoutSettingsDoes() {
        StreamConfig config = config(Map.of());
        assertThat(config.schemas().write()).isEqualTo(SerdeSettings.WRITE_DEFAULT);
        assertThat(config.schemas().patience()).isEqualTo(SchemaFollower.DEFAULT_WAIT);
        assertThat(StreamSettings.serdes(config)).isEqualTo(Map.of(SerdeSettings.WRITE, SerdeSettings.WRITE_DEFAULT));
    }

    @Test
    void allFaultsAreToldAtOnce() {
        StreamConfig config = config(Map.of("bulwark.stream.threads", "0", "bulwark.stream.feed.history", "0"));
        assertThatThrownBy(() -> StreamSettings.validated(config))
                .hasMessageContaining("bulwark.stream.threads")
                .hasMessageContaining("bulwark.stream.feed.history");
    }

    @Test
    void withoutLoginsItListensOnThisMachineAlone() {
        assertThatThrownBy(() -> StreamSettings.validated(config(Map.of()), List.of("0.0.0.0")))
                .hasMessageContaining("quarkus.http.host is 0.0.0.0")
                .hasMessageContaining("bulwark.access.users-file");
        assertThat(StreamSettings.validated(config(Map.of("bulwark.access.users-file", "/users")), List.of("0.0.0.0")))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "secret | short | 5 characters, allowed is at least 32",
                "hosts | a:8080 | 'a:8080', allowed is host names and addresses without port",
                "oidc.enabled | true | nothing, allowed is the provider's issuer address",
                "limits.feeds | 0 | 0, allowed is 1 to 100000",
                "limits.wrong-passwords | 0 | 0, allowed is 1 to 1000",
                "limits.requests-per-second | 0 | 0, allowed is 1 to 100000",
            })
    void aDoorThatIsSetWrongIsNamedWithWhatIsAllowed(String name, String value, String told) {
        assertRefused(Map.of("bulwark.access." + name, value))
                .hasMessageContaining("bulwark.access.")
                .hasMessageContaining(told);
    }

    @Test
    void instancesThatAskEachOtherForUsersNeedASecret() {
        Map<String, String> several =
                Map.of("bulwark.access.users-file", "/users", "bulwark.stream.application-server", "a:8080");
        assertThatThrownBy(() -> StreamSettings.validated(config(several)))
                .hasMessageContaining("bulwark.access.secret is nothing");
    }

    @Test
    void anIpv6AddressIsAnAddress() {
        assertThat(StreamSettings.validated(config(Map.of("bulwark.stream.application-server", "[::1]:8080"))))
                .isNotNull();
    }

    @Test
    void theConnectionIsCheckedAndReachesEveryClient() {
        assertThatThrownBy(
                        () -> StreamSettings.validated(config(Map.of("bulwark.kafka.security.protocol", "SASL_SSL"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bulwark.kafka.security.username is nothing");

        StreamConfig config = StreamSettings.validated(config(Map.of(
                "bulwark.kafka.security.protocol", "SASL_SSL",
                "bulwark.kafka.security.username", "stream",
                "bulwark.kafka.security.password", "geheim",
                "bulwark.kafka.properties.\"client.rack\"", "a")));
        assertThat(StreamSettings.kafkaClient(config))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("client.rack", "a")
                .containsKey("sasl.jaas.config")
                .extracting(Object::toString)
                .asString()
                .doesNotContain("geheim");
    }

    @Test
    void propertiesOfKafkaClientsPassThrough() {
        StreamConfig config = config(Map.of("bulwark.kafka.properties.\"security.protocol\"", "SASL_SSL"));
        assertThat(config.kafka().properties()).containsEntry("security.protocol", "SASL_SSL");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Map<String, String> values) {
        StreamConfig config = config(values);
        return assertThatThrownBy(() -> StreamSettings.validated(config)).isInstanceOf(IllegalArgumentException.class);
    }

    private static StreamConfig config(Map<String, String> values) {
        var properties = new HashMap<>(values);
        properties.put("user.home", System.getProperty("user.home"));
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(StreamConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 500))
                .build()
                .getConfigMapping(StreamConfig.class);
    }
}
