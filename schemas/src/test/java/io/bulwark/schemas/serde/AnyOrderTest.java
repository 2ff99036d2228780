package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.MemorySchemaTopic;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.EventDecoder.SingleObject;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator.SystemPropertiesPredicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Writers and readers may be updated in any order: the first release and this one read each other on every topic of the
 * catalogue, and nothing becomes a dead letter.
 */
class AnyOrderTest {
    private static final int SEEDS = 100;

    @AutoClose
    private static OldRelease old;

    @BeforeAll
    static void load() {
        old = new OldRelease();
    }

    /** The topics whose record both releases have. */
    static Stream<Topics> shared() {
        return withRecords().filter(topic -> old.knows(record(topic)));
    }

    static Stream<Topics> withRecords() {
        return Arrays.stream(Topics.values()).filter(topic -> topic.valueClass().isPresent());
    }

    @Test
    void theOldReleaseLacksTheRecordsThatCameLater() {
        assertThat(withRecords().filter(topic -> !old.knows(record(topic))))
                .containsExactly(
                        Topics.DECISIONS,
                        Topics.EMBEDDINGS,
                        Topics.REPORTS,
                        Topics.FLAGGED,
                        Topics.CAMPAIGN_RULINGS,
                        Topics.UPLOADER_ACTIONS,
                        Topics.ERASURES,
                        Topics.HOLDS,
                        Topics.POLICIES);
        assertThat(old.knows(ModerationPolicy.class)).isFalse();
    }

    /** The writer is updated first, and by two releases at once, so that it has to be told which one readers know. */
    @ParameterizedTest
    @MethodSource("shared")
    void whatThisReleaseWritesAsTheFirstTheOldOneReads(Topics topic) {
        reads(record(topic), topic.topicName(), Map.of(SerdeSettings.WRITE, 1));
    }

    private <T extends SpecificRecord> void reads(Class<T> record, String topic, Map<String, ?> settings) {
        try (var serializer = new EventSerializer<>(record);
                var decoder = new EventDecoder<>(record)) {
            serializer.configure(settings, false);
            for (int seed = 0; seed < SEEDS; seed++) {
                byte[] written = serializer.serialize(topic, RandomEvents.of(record, seed));

                byte[] rewritten = old.rewrite(record, topic, written).orElseThrow();
                assertThat(decoder.decode(topic, rewritten))
                        .as("seed %d", seed)
                        .usingRecursiveComparison()
                        .isEqualTo(decoder.decode(topic, written));
            }
        }
    }

    /** The reader is updated first. The old release reads and writes its own bytes, so that its own code made them. */
    @ParameterizedTest
    @MethodSource("shared")
    void whatTheOldReleaseWritesThisOneReads(Topics topic) throws IOException {
        Class<? extends SpecificRecord> record = record(topic);
        Schema first = BundledSchemas.get().released(1, record.getSimpleName()).orElseThrow();
        try (var decoder = new EventDecoder<>(record)) {
            for (int seed = 0; seed < SEEDS; seed++) {
                byte[] value = old.rewrite(record, topic.topicName(), message(first, seed))
                        .orElseThrow();

                assertThat(decoder.decode(topic.topicName(), value))
                        .as("seed %d", seed)
                        .isInstanceOf(Event.class);
            }
        }
    }

    /** A reader of a release that lacks the writer's, but follows. The old release does not, so this one stands in. */
    @ParameterizedTest
    @MethodSource("withRecords")
    <T extends SpecificRecord> void aReaderThatCarriesTheFirstReleaseAloneFollowsTheNewest(Topics topic) {
        @SuppressWarnings("unchecked")
        Class<T> record = (Class<T>) record(topic);
        var published = new MemorySchemaTopic();
        try (var follower = new SchemaFollower(published, Duration.ofSeconds(30))) {
            new SchemaPublisher(published).publish(BundledSchemas.RELEASES);
            follower.start();
            Awaitility.await().until(follower::hasCaughtUp);
            try (var serializer = new EventSerializer<>(record);
                    var reader = new EventDecoder<>(record, follower.addTo(Map.of()), firstReleaseAlone())) {
                serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
                for (int seed = 0; seed < SEEDS; seed++) {
                    T event = RandomEvents.of(record, seed);
                    byte[] value = serializer.serialize(topic.topicName(), event);

                    assertThat(reader.decode(topic.topicName(), value))
                            .as("seed %d", seed)
                            .usingRecursiveComparison()
                            .isEqualTo(new Event<>(event));
                }
            }
        }
    }

    /** A test of the tests: without the default, and without following, this is what happens. */
    @Test
    void theNewestReleaseIsUnknownToTheOldOne() {
        try (var serializer = new EventSerializer<>(Verdict.class)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            byte[] verdict = serializer.serialize("moderation.verdicts", SampleEvents.verdict());

            assertThat(old.rewrite(Verdict.class, "moderation.verdicts", verdict))
                    .isEmpty();
            try (var reader = new EventDecoder<>(Verdict.class, Map.of(), firstReleaseAlone())) {
                assertThat(reader.decode("moderation.verdicts", verdict)).isNotInstanceOf(Event.class);
            }
        }
    }

    private static SchemaStore firstReleaseAlone() {
        return fingerprint -> BundledSchemas.records().stream()
                .flatMap(record -> BundledSchemas.get().released(1, record.getSimpleName()).stream())
                .filter(schema -> SchemaNormalization.parsingFingerprint64(schema) == fingerprint)
                .findFirst()
                .orElse(null);
    }

    private static byte[] message(Schema schema, int seed) throws IOException {
        var message = new ByteArrayOutputStream();
        message.write(SingleObject.FIRST_BYTE);
        message.write(SingleObject.SECOND_BYTE);
        message.write(SchemaRelease.fingerprint(schema));
        message.write(RandomEvents.bytes(schema, seed));
        return message.toByteArray();
    }

    private static Class<? extends SpecificRecord> record(Topics topic) {
        return topic.valueClass().orElseThrow();
    }

    /**
     * This library as it was in its first release: the jar in {@code src/test/resources}, built of commit b22bd59,
     * without the packages {@code access} and {@code connection}. It has its own copies of Avro and of Kafka's clients,
     * since Avro finds the classes of records through the loader that it was loaded by. What goes in and out are bytes.
     */
    static final class OldRelease implements AutoCloseable {
        private static final String JAR = "/bulwark-schemas-release-1.jar";
        private static final String TRUSTED = "org.apache.avro.SERIALIZABLE_PACKAGES";

        private final URLClassLoader loader;

        OldRelease() {
            this.loader = new URLClassLoader(classPath().toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            trustRecords();
        }

        /** As a program with that release has to be started where Avro is 1.12.2 or later: its records do not do it. */
        private void trustRecords() {
            String before = System.getProperty(TRUSTED);
            System.setProperty(TRUSTED, "io.bulwark.events");
            try {
                Class.forName(SystemPropertiesPredicate.class.getName(), true, loader);
            } catch (ClassNotFoundException broken) {
                throw new IllegalStateException("The old release cannot be used.", broken);
            } finally {
                if (before == null) {
                    System.clearProperty(TRUSTED);
                } else {
                    System.setProperty(TRUSTED, before);
                }
            }
        }

        /** The jar first, then the libraries that this JVM has; folders are those of the present release. */
        private static List<URL> classPath() {
            var urls = new ArrayList<URL>();
            urls.add(OldRelease.class.getResource(JAR));
            for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
                if (entry.endsWith(".jar")) {
                    try {
                        urls.add(Path.of(entry).toUri().toURL());
                    } catch (MalformedURLException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                }
            }
            return urls;
        }

        /** Whether it has such a record. */
        boolean knows(Class<? extends SpecificRecord> record) {
            try {
                loader.loadClass(record.getName());
                return true;
            } catch (ClassNotFoundException newer) {
                return false;
            }
        }

        /**
         * Reads a value as the old release does, and writes what it read.
         *
         * @return the value as the old release writes it; empty where it could not read it
         */
        Optional<byte[]> rewrite(Class<? extends SpecificRecord> record, String topic, byte[] value) {
            try {
                Object decoder = made("EventDecoder", record);
                Object decoded = decoder.getClass()
                        .getMethod("decode", String.class, byte[].class)
                        .invoke(decoder, topic, value);
                if (!decoded.getClass().getSimpleName().equals("Event")) {
                    return Optional.empty();
                }
                Object event = decoded.getClass().getMethod("value").invoke(decoded);
                Object serializer = made("EventSerializer", record);
                return Optional.of((byte[]) serializer
                        .getClass()
                        .getMethod("serialize", String.class, loader.loadClass(SpecificRecord.class.getName()))
                        .invoke(serializer, topic, event));
            } catch (ReflectiveOperationException broken) {
                throw new IllegalStateException("The old release cannot be used.", broken);
            }
        }

        private Object made(String name, Class<? extends SpecificRecord> record) throws ReflectiveOperationException {
            Class<?> made = loader.loadClass("io.bulwark.schemas.serde." + name);
            if (made.getClassLoader() != loader || made.equals(EventDecoder.class)) {
                throw new IllegalStateException(name + " is not that of the old release.");
            }
            return made.getConstructor(Class.class).newInstance(loader.loadClass(record.getName()));
        }

        @Override
        public void close() {
            try {
                loader.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
