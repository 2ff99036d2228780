package io.bulwark.schemas.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.testing.Authority;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.testing.SecuredBroker.TokenReader;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Against a real broker with certificates, users and ACLs: who gets in, who may do what, and how the rest is refused.
 */
class SecuredConnectionIT {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final String PASSWORD = "pass \"word\" \\ 密";

    @TempDir
    static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    private static Authority authority;

    @BeforeAll
    static void start() throws Exception {
        broker = new SecuredBroker(folder);
        authority = broker.authority();
        for (Role role : Role.values()) {
            broker.addUser(role.name(), PASSWORD, role);
        }
        try (var producer = producer(Door.ADMIN, GivenSecurity.none())) {
            for (Topics topic : Topics.values()) {
                send(producer, topic);
            }
        }
    }

    /** Each role is tried on every topic of the catalogue, so that nothing is granted by the way. */
    @ParameterizedTest
    @EnumSource
    void aRoleReadsAndWritesWhatItsRulesSayAndNothingElse(Role role) {
        var user = GivenSecurity.scram(authority, role.name(), PASSWORD);
        try (var producer = producer(Door.SCRAM, user);
                var consumer = consumer(Door.SCRAM, user)) {
            for (Topics topic : Topics.values()) {
                var granted = role.rules(AccessNames.DEFAULT).stream()
                        .filter(rule -> rule.name().equals(topic.topicName()))
                        .flatMap(rule -> rule.operations().stream().map(Enum::name))
                        .toList();
                Throwable write = catchThrowable(() -> send(producer, topic));
                Throwable read = catchThrowable(() -> read(consumer, topic));

                assertThat(write == null).as("%s writes %s", role, topic).isEqualTo(granted.contains("WRITE"));
                assertThat(read == null).as("%s reads %s", role, topic).isEqualTo(granted.contains("READ"));
                for (Throwable refused : new Throwable[] {write, read}) {
                    if (refused != null) {
                        assertThat(ConnectionFaults.explain(refused).orElseThrow())
                                .contains("denies access", topic.topicName(), "access rules of its role");
                    }
                }
            }
        }
    }

    @Test
    void oneWorkersTransactionsAreNoOtherUsersBusiness() {
        assertThatCode(() -> transaction("WORKER", "bulwark-embed-worker-7")).doesNotThrowAnyException();
        assertThat(catchThrowable(() -> transaction("WORKER", "another-program")))
                .isInstanceOf(TransactionalIdAuthorizationException.class);
        assertThat(catchThrowable(() -> transaction("PRODUCER", "bulwark-embed-worker-7")))
                .isInstanceOf(TransactionalIdAuthorizationException.class);
    }

    @Test
    void aCertificateIsAUserLikeAnother() {
        broker.grant("User:CN=camera", Role.PRODUCER);
        for (var own : List.of(
                GivenSecurity.mutualTls(authority, authority.keystore("CN=camera")),
                new GivenSecurity(Map.of("protocol", "SSL"))
                        .with("truststore", authority.truststorePem())
                        .with("keystore", authority.keystorePem("CN=camera")))) {
            try (var producer = producer(Door.MUTUAL_TLS, own)) {
                assertThatCode(() -> send(producer, Topics.IMAGES_UPLOADED)).doesNotThrowAnyException();
                assertThat(catchThrowable(() -> send(producer, Topics.VERDICTS)))
                        .hasMessageContaining("moderation.verdicts");
            }
        }
    }

    /** KIP-768: the client's id and secret get a token of the provider, whose subject the broker takes for the user. */
    @Test
    void aTokenOfAProviderIsAUserLikeAnother() throws Exception {
        broker.grant("User:camera-of-the-provider", Role.PRODUCER);
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/token", exchange -> {
            String client = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add(client + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            boolean known = client.equals("Basic " + Base64.getEncoder().encodeToString("camera:geheim".getBytes()));
            byte[] answer = (known
                            ? "{\"access_token\":\"" + TokenReader.token("camera-of-the-provider")
                                    + "\",\"expires_in\":3600}"
                            : "{\"error\":\"invalid_client\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        provider.start();
        try {
            var own = GivenSecurity.scram(authority, "camera", "geheim")
                    .with("mechanism", "OAUTHBEARER")
                    .with(
                            "token-endpoint",
                            "http://localhost:" + provider.getAddress().getPort() + "/token")
                    .with("token-scope", "kafka");
            assertThat(SecurityCheck.complaints(own, Set.of(), Clock.systemUTC()))
                    .isEmpty();
            try (var producer = producer(Door.TOKEN, own)) {
                assertThatCode(() -> send(producer, Topics.IMAGES_UPLOADED)).doesNotThrowAnyException();
                assertThat(catchThrowable(() -> send(producer, Topics.VERDICTS)))
                        .hasMessageContaining("moderation.verdicts");
            }
            assertThat(asked)
                    .isNotEmpty()
                    .allSatisfy(
                            request -> assertThat(request).contains("grant_type=client_credentials", "scope=kafka"));

            Throwable refused = catchThrowable(() -> producer(Door.TOKEN, own.with("password", "guessed")));
            assertThat(ConnectionFaults.explain(refused).orElseThrow())
                    .contains("No token is given", "token-endpoint")
                    .doesNotContain("guessed");
        } finally {
            provider.stop(0);
        }
    }

    @Test
    void aWrongPasswordIsOneSentenceThatNamesTheSetting() throws IOException {
        Path file = Files.writeString(folder.resolve("wrong-password"), "not-the-password");
        var wrong =
                GivenSecurity.scram(authority, "WORKER", "").without("password").with("password-file", file);
        assertThat(refusal(Door.SCRAM, wrong))
                .contains("does not let the user in", "invalid credentials", "password-file")
                .doesNotContain("not-the-password");
        assertThat(refusal(Door.SCRAM, GivenSecurity.scram(authority, "unknown", PASSWORD)))
                .contains("bulwark.kafka.security.username");
    }

    @Test
    void aMechanismThatTheBrokerDoesNotKnowIsNamed() {
        assertThat(refusal(
                        Door.SCRAM,
                        GivenSecurity.scram(authority, "WORKER", PASSWORD).with("mechanism", "PLAIN")))
                .contains("SCRAM-SHA-512", "bulwark.kafka.security.mechanism");
    }

    @Test
    void anExpiredCertificateOfTheBrokerIsNamedAsSuch() {
        assertThat(refusal(
                        Door.EXPIRED,
                        new GivenSecurity(Map.of("protocol", "SSL")).with("truststore", authority.truststorePem())))
                .contains("certificate that the broker shows is out of its time", "NotAfter");
    }

    @Test
    void aBrokerSignedByAnotherAuthorityIsNotBelieved() {
        var stranger = new Authority(folder, "CN=Stranger");
        assertThat(refusal(Door.SCRAM, GivenSecurity.scram(stranger, "WORKER", PASSWORD)))
                .contains("not signed by a trusted authority", "bulwark.kafka.security.truststore");
    }

    @Test
    void aCertificateOfOursThatTheBrokerRefusesIsNamed() {
        var stranger = new Authority(folder, "CN=Stranger");
        for (Path own : List.of(stranger.keystore("CN=camera"), authority.expiredKeystore("CN=camera"))) {
            assertThat(refusal(Door.MUTUAL_TLS, GivenSecurity.mutualTls(authority, own)))
                    .contains("refuses our certificate", "bulwark.kafka.security.keystore");
        }
        var none = new GivenSecurity(Map.of("protocol", "SSL")).with("truststore", authority.truststorePem());
        assertThat(refusal(Door.MUTUAL_TLS, none)).contains("bulwark.kafka.security.keystore");
    }

    @Test
    void aPortOfAnotherProtocolHangsUpAndTheSettingIsNamed() {
        var tls = GivenSecurity.scram(authority, "WORKER", PASSWORD);
        assertThat(refusal(Door.ADMIN, tls, 1_000)).contains("do not answer", "bulwark.kafka.security.protocol");
        assertThat(refusal(Door.SCRAM, GivenSecurity.none(), 1_000)).contains("bulwark.kafka.security.protocol");
    }

    private static String refusal(Door door, KafkaSecurity security) {
        return refusal(door, security, PATIENCE_MILLIS);
    }

    private static String refusal(Door door, KafkaSecurity security, int patienceMillis) {
        Map<String, Object> settings = settings(door, security);
        settings.put("max.block.ms", patienceMillis);
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        try {
            Throwable refused = catchThrowable(() -> send(producer, Topics.IMAGES_UPLOADED));
            return ConnectionFaults.explain(refused)
                    .orElseThrow(() -> new AssertionError("Nothing to tell of " + refused, refused));
        } finally {
            producer.close(Duration.ZERO); // else it waits for an answer that cannot come
        }
    }

    private static void send(KafkaProducer<String, String> producer, Topics topic) throws Exception {
        producer.send(new ProducerRecord<>(topic.topicName(), 0, "key", "value"))
                .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns when the topic's first record has come. */
    private static void read(KafkaConsumer<String, String> consumer, Topics topic) {
        var partition = new TopicPartition(topic.topicName(), 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        Awaitility.await()
                .atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> !consumer.poll(Duration.ofMillis(100)).isEmpty());
    }

    private static void transaction(String user, String id) {
        Map<String, Object> settings = settings(Door.SCRAM, GivenSecurity.scram(authority, user, PASSWORD));
        settings.put("transactional.id", id);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
        }
    }

    private static KafkaProducer<String, String> producer(Door door, KafkaSecurity security) {
        Map<String, Object> settings = settings(door, security);
        settings.put("max.block.ms", PATIENCE_MILLIS);
        settings.put("enable.idempotence", false); // which needs the right to write
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(Door door, KafkaSecurity security) {
        Map<String, Object> settings = settings(door, security);
        settings.put("allow.auto.create.topics", false);
        settings.put("fetch.max.wait.ms", 10);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static Map<String, Object> settings(Door door, KafkaSecurity security) {
        Map<String, Object> settings = new HashMap<>(new ClientSecurity(security).properties());
        settings.put("bootstrap.servers", broker.servers(door));
        settings.put("retry.backoff.ms", 5L);
        settings.put("retry.backoff.max.ms", 20L);
        return settings;
    }
}
