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
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
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
}
