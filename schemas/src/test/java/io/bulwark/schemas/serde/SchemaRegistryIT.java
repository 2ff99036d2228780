package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.testing.SampleEvents;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the real Apicurio Registry 3. */
class SchemaRegistryIT {
    private static final String TOPIC = "moderation.reviews";

    @TempDir
    private static Path logs;

    private static RegistryProcess registry;
    private static Map<String, Object> settings;

    @BeforeAll
    static void start() throws IOException {
        var java = RegistryProcess.java();
        assumeTrue(java.isPresent(), "Apicurio Registry needs a Java 21 beside the one that runs the tests.");
        registry = RegistryProcess.start(
                java.get(), Path.of(System.getProperty("bulwark.test.schema-registry")), logs.resolve("registry.log"));
        settings = urlOf(registry);
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    @ParameterizedTest
    @MethodSource("io.bulwark.schemas.serde.SingleObjectRoundTripTest#samples")
    <T extends SpecificRecord> void everySampleComesBackAsItWas(T sample) {
        Class<T> record = RandomEvents.classOf(sample);
        try (var serde = new EventSerde<>(record)) {
            serde.configure(settings, false);
            byte[] bytes = serde.serializer().serialize(record.getSimpleName(), sample);

            assertThat(bytes[0]).isZero();
            assertThat(serde.deserializer().deserialize(record.getSimpleName(), bytes))
                    .isEqualTo(sample);
        }
    }

    /** Field by field: Avro's own lists cannot compare records that may have an {@code Instant}. */
    @ParameterizedTest
    @MethodSource("io.bulwark.schemas.serde.SingleObjectRoundTripTest#records")
    <T extends SpecificRecord> void anyRecordThatTheSchemaAllowsComesBackAsItWas(Class<T> record) {
        try (var serializer = new EventSerializer<>(record);
                var decoder = new EventDecoder<>(record, settings)) {
            serializer.configure(settings, false);
            for (int seed = 0; seed < 100; seed++) {
                T event = RandomEvents.of(record, seed);
                assertThat(decoder.decode("t", serializer.serialize("t", event)))
                        .as("seed %d", seed)
                        .usingRecursiveComparison()
                        .isEqualTo(new Event<>(event));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.bulwark.schemas.serde.SingleObjectRoundTripTest#samples")
    <T extends SpecificRecord> void aReaderWithARegistryStillReadsSingleObjects(T sample) {
        Class<T> record = RandomEvents.classOf(sample);
        try (var serializer = new EventSerializer<>(record);
                var decoder = new EventDecoder<>(record, settings)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            assertThat(decoder.decode("t", serializer.serialize("t", sample))).isEqualTo(new Event<>(sample));
        }
    }

    /** What a Confluent client does: the id from the four bytes, the schema from the subject's API. */
    @Test
    void confluentsApiKnowsTheSchemaByTheIdOfTheValue() throws Exception {
        byte[] bytes = write(SampleEvents.review());
        int id = ByteBuffer.wrap(bytes).getInt(1);

        var byId = get("/apis/ccompat/v7/schemas/ids/" + id);
        assertThat(byId.statusCode()).isEqualTo(200);
        String schema = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(byId.body())
                .get("schema")
                .asText();
        assertThat(new Schema.Parser().parse(schema)).isEqualTo(Review.getClassSchema());

        var subject = get("/apis/ccompat/v7/subjects/" + TOPIC + "-value/versions/latest");
        assertThat(subject.statusCode()).isEqualTo(200);
        assertThat(subject.body()).contains("\"id\":" + id);
    }

    @Test
    void apicuriosOwnDeserializerReadsWhatIsWritten() {
        try (var foreign = new AvroKafkaDeserializer<GenericRecord>()) {
            foreign.configure(Map.of("apicurio.registry.url", registry.address() + "/apis/registry/v3"), false);
            GenericRecord review = foreign.deserialize(TOPIC, write(SampleEvents.review()));

            assertThat(review.get("imageId")).hasToString(SampleEvents.review().getImageId());
            assertThat(review.get("at")).isEqualTo(SampleEvents.review().getAt().toEpochMilli());
        }
    }

    /** Another topic, so that the subject has no other version. */
    @Test
    void theRegistryGetsTheSchemaOfTheReleaseThatIsWritten() throws Exception {
        var older = new HashMap<>(settings);
        older.put(SerdeSettings.WRITE, 1);
        try (var serializer = new EventSerializer<>(Verdict.class);
                var decoder = new EventDecoder<>(Verdict.class, settings)) {
            serializer.configure(older, false);
            byte[] bytes = serializer.serialize("verdicts-of-release-1", SampleEvents.verdict());

            var read = (Event<Verdict>) decoder.decode("verdicts-of-release-1", bytes);
            assertThat(read.value().getImageId()).isEqualTo("image-1");
            assertThat(read.value().getLabels()).isEmpty();
        }
        var schema = get("/apis/ccompat/v7/subjects/verdicts-of-release-1-value/versions/latest/schema");
        assertThat(new Schema.Parser().parse(schema.body()))
                .isEqualTo(BundledSchemas.get().released(1, "Verdict").orElseThrow());
    }

    @Test
    void anIdThatTheRegistryLacksIsAnUnknownSchema() {
        byte[] bytes = write(SampleEvents.review());
        ByteBuffer.wrap(bytes).putInt(1, 999_999);
        try (var decoder = new EventDecoder<>(Review.class, settings)) {
            var answer = (Undecodable<Review>) decoder.decode(TOPIC, bytes);

            assertThat(answer.reason()).as(answer.detail()).isEqualTo(Reason.UNKNOWN_SCHEMA);
            assertThat(answer.detail()).contains("999999");
        }
    }

    @Test
    void anotherRecordIsNotForcedIntoThisOne() {
        try (var decoder = new EventDecoder<>(Verdict.class, settings)) {
            var answer = (Undecodable<Verdict>) decoder.decode(TOPIC, write(SampleEvents.review()));

            assertThat(answer.reason()).isEqualTo(Reason.WRONG_SCHEMA);
        }
    }

    @Test
    void aTruncatedBodyIsMalformed() {
        byte[] bytes = write(SampleEvents.review());
        try (var decoder = new EventDecoder<>(Review.class, settings)) {
            var answer = (Undecodable<Review>) decoder.decode(TOPIC, java.util.Arrays.copyOf(bytes, bytes.length - 1));

            assertThat(answer.reason()).isEqualTo(Reason.MALFORMED);
        }
    }

    @Test
    void whatAReaderKnowsItReadsWithoutTheRegistry() throws IOException {
        try (var own = RegistryProcess.start(
                        RegistryProcess.java().orElseThrow(),
                        Path.of(System.getProperty("bulwark.test.schema-registry")),
                        logs.resolve("own.log"));
                var serializer = new EventSerializer<>(Review.class);
                var knowing = new EventDecoder<>(Review.class, urlOf(own));
                var newcomer = new EventDecoder<>(Review.class, urlOf(own))) {
            serializer.configure(urlOf(own), false);
            byte[] bytes = serializer.serialize(TOPIC, SampleEvents.review());
            assertThat(knowing.decode(TOPIC, bytes)).isInstanceOf(Event.class);

            own.stop();

            assertThat(knowing.decode(TOPIC, bytes)).isInstanceOf(Event.class);
            var answer = (Undecodable<Review>) newcomer.decode(TOPIC, bytes);
            assertThat(answer.reason()).isEqualTo(Reason.REGISTRY_UNAVAILABLE);
            assertThat(answer.detail()).contains(own.address()).contains(SerdeSettings.REGISTRY_URL);
        }
    }

    @Test
    void aWriterSaysThatTheRegistryIsAway() {
        try (var serializer = new EventSerializer<>(Review.class)) {
            serializer.configure(Map.of(SerdeSettings.REGISTRY_URL, "http://127.0.0.1:1/apis/registry/v3"), false);
            assertThatThrownBy(() -> serializer.serialize(TOPIC, SampleEvents.review()))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining(TOPIC);
        }
    }

    private static Map<String, Object> urlOf(RegistryProcess process) {
        return Map.of(
                SerdeSettings.REGISTRY_URL,
                process.address() + "/apis/registry/v3",
                SerdeSettings.WRITE,
                BundledSchemas.RELEASES);
    }

    private static byte[] write(Review review) {
        try (var serializer = new EventSerializer<>(Review.class)) {
            serializer.configure(settings, false);
            return serializer.serialize(TOPIC, review);
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(registry.address() + path))
                                .build(),
                        BodyHandlers.ofString());
    }

    /**
     * A real Apicurio Registry in a separate JVM, with its storage in memory. The build unpacks it; it needs a Java 21,
     * which is looked for beside the Java that runs the tests.
     */
    static final class RegistryProcess implements AutoCloseable {
        private static final int JAVA = 21;
        private static final Pattern LISTENING = Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:\\d+)");

        private final Process process;
        private final String address;

        private RegistryProcess(Process process, String address) {
            this.process = process;
            this.address = address;
        }

        /** The Java that can run it, if this machine has one. */
        static Optional<Path> java() {
            Path home = Path.of(System.getProperty("java.home"));
            if (Runtime.version().feature() >= JAVA) {
                return Optional.of(home.resolve("bin/java"));
            }
            try (Stream<Path> siblings = Files.list(home.getParent())) {
                return siblings.filter(jdk -> feature(jdk) >= JAVA)
                        .map(jdk -> jdk.resolve("bin/java"))
                        .filter(Files::isExecutable)
                        .sorted()
                        .findFirst();
            } catch (IOException unreadable) {
                return Optional.empty();
            }
        }

        private static int feature(Path jdk) {
            try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
                return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                        .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
                        .mapToInt(Integer::parseInt)
                        .findFirst()
                        .orElse(0);
            } catch (IOException | NumberFormatException notAJdk) {
                return 0;
            }
        }

        static RegistryProcess start(Path java, Path unpacked, Path log) throws IOException {
            Process process = new ProcessBuilder(
                            java.toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Dquarkus.http.host=127.0.0.1",
                            "-Dquarkus.http.port=0",
                            "-Dquarkus.management.host=127.0.0.1",
                            "-Dquarkus.management.port=0",
                            "-jar",
                            "quarkus-run.jar")
                    .directory(unpacked.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                String address = Awaitility.await("the registry listens")
                        .atMost(60, TimeUnit.SECONDS)
                        .failFast("the registry ended, see " + log, () -> !process.isAlive())
                        .until(() -> listening(log), Optional::isPresent)
                        .orElseThrow();
                return new RegistryProcess(process, address);
            } catch (RuntimeException | AssertionError failed) {
                process.destroyForcibly();
                throw failed;
            }
        }

        private static Optional<String> listening(Path log) throws IOException {
            var line = LISTENING.matcher(Files.readString(log));
            return line.find() ? Optional.of(line.group(1)) : Optional.empty();
        }

        /** Its address, without a path. */
        String address() {
            return address;
        }

        @Override
        public void close() {
            stop();
        }

        /** Ends it, once or again; everything registered is lost. */
        void stop() {
            process.destroy();
            Awaitility.await("the registry has ended")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> !process.isAlive());
        }
    }
}
