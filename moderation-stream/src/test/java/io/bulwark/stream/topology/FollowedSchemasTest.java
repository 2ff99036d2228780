package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.stream.state.SourceReader.SourceRecord;
import io.bulwark.stream.state.StoreNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts under a schema that this application does not carry, and the schema that it writes its own state in. */
class FollowedSchemasTest {

    /** Of a {@link StoredVerdict}, before the verdict: see {@link StoredVerdictSerde}. */
    private static final int STORED_HEADER = 13;

    @TempDir
    private Path state;

    @Test
    void aVerdictWhoseSchemaComesWhileItIsAwaitedIsKeptAndIsNoDeadLetter() {
        var arriving = new Arriving();
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, arriving))) {
            rig.sendVerdictBytes(key("i"), ofUnknownSchema("i", Decision.NSFW, NOON), NOON);
            assertThat(rig.parked).isEqualTo(1);
            arriving.schema = Verdict.getClassSchema();
            rig.retry();

            assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.NSFW);
            assertThat(rig.deadLetters()).isEmpty();
            assertThat(rig.parked).isZero();
        }
    }

    @Test
    void laterVerdictsOnTheSameImageWaitBehindItAndOthersGoOn() {
        var arriving = new Arriving();
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, arriving))) {
            rig.sendVerdictBytes(key("i"), ofUnknownSchema("i", Decision.NSFW, NOON), NOON);
            rig.send(verdict("i").setDecision(Decision.SAFE).setDecidedAt(NOON.plusSeconds(1)));
            rig.send(verdict("other"));
            rig.retry();

            assertThat(rig.inForce("i")).isNull();
            assertThat(rig.inForce("other")).isNotNull();
            assertThat(rig.parked).isEqualTo(2);

            arriving.schema = Verdict.getClassSchema();
            rig.retry();

            assertThat(rig.decided().stream()
                            .filter(record -> record.key.equals("default/i"))
                            .map(record -> record.value.getDecision()))
                    .containsExactly(Decision.NSFW, Decision.SAFE);
            assertThat(rig.parked).isZero();
        }
    }

    @Test
    void manyLinesAreTakenEachInItsOrderHoweverFewAreTriedAtATime() {
        var arriving = new Arriving();
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, arriving))) {
            for (int i = 0; i < 300; i++) {
                Instant at = NOON.plusMillis(i);
                rig.sendVerdictBytes(key("i" + i % 7), ofUnknownSchema("i" + i % 7, decision(i), at), at);
            }
            rig.retry();
            assertThat(rig.parked).isEqualTo(300);
            arriving.schema = Verdict.getClassSchema();
            for (int tries = 0; tries < 100 && rig.parked > 0; tries++) {
                rig.retry();
            }
            assertThat(rig.parked).isZero();
            assertThat(rig.reports.stream().filter("outranked"::equals).count())
                    .as("what each replaces is the one before it")
                    .isEqualTo(0);
        }
    }

    @Test
    void aVerdictWhoseSchemaDoesNotComeIsADeadLetterAndItsLineGoesOn() {
        var arriving = new Arriving();
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, arriving))) {
            rig.sendVerdictBytes(key("i"), ofUnknownSchema("i", Decision.NSFW, NOON), NOON);
            rig.send(verdict("i"));
            assertThat(rig.deadLetters()).isEmpty();
            arriving.timeIsUp = true;
            rig.retry();

            var letters = rig.deadLetters();
            assertThat(letters).hasSize(1);
            DeadLetterHeaders story =
                    DeadLetterHeaders.readFrom(letters.get(0).headers()).orElseThrow();
            assertThat(story.reason()).isEqualTo("UNKNOWN_SCHEMA");
            assertThat(story.topic()).isEqualTo("moderation.verdicts");
            assertThat(letters.get(0).key()).isEqualTo(key("i"));
            assertThat(rig.inForce("i")).isNotNull();
        }
    }

    @Test
    void aRegistryThatDoesNotAnswerIsAwaitedAndTheStreamGoesOn() {
        Map<String, ?> away = Map.of(SerdeSettings.REGISTRY_URL, "http://127.0.0.1:1/apis/registry/v3");
        byte[] framed = {0, 0, 0, 0, 7, 1, 2, 3};
        try (var rig = rig(away)) {
            rig.sendVerdictBytes(key("i"), framed, NOON);
            rig.sendAuditBytes(key("i"), framed, NOON);
            rig.sendUploadBytes(key("i"), framed, NOON);
            rig.sendEmbeddingBytes(key("i"), framed);
            rig.retry();

            assertThat(rig.parked).isEqualTo(4);
            assertThat(rig.deadLetters()).isEmpty();
        }
    }

    /** Kafka Streams' own handler knows nothing of it: no record is being processed when it is taken. */
    @Test
    void aParkedVerdictThatAProcessorFailsOnIsADeadLetterAndItsLineGoesOn() {
        var arriving = new Arriving();
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, arriving))) {
            rig.sendVerdictBytes(key("i"), ofUnknownSchema("i", Decision.NSFW, NOON), NOON);
            arriving.schema = Verdict.getClassSchema();
            rig.defect = new IllegalStateException("a defect");
            rig.retry();
            rig.defect = null;
            rig.send(verdict("i").setDecidedAt(NOON.plusSeconds(1)));

            DeadLetterHeaders story = DeadLetterHeaders.readFrom(
                            rig.deadLetters().get(0).headers())
                    .orElseThrow();
            assertThat(story.reason()).isEqualTo("PROCESSING_FAULT");
            assertThat(story.exceptionClass()).contains("java.lang.IllegalStateException");
            assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.SAFE);
            assertThat(rig.parked).isZero();
        }
    }

    @Test
    void parkedRecordsAreInTheChangelogUntilTheyAreTaken() {
        var arriving = new Arriving();
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, arriving))) {
            rig.sendVerdictBytes(key("i"), ofUnknownSchema("i", Decision.NSFW, NOON), NOON);
            assertThat(rig.<SourceRecord>all(StoreNames.PARKED).values())
                    .singleElement()
                    .satisfies(parked -> {
                        assertThat(parked.key()).isEqualTo(key("i"));
                        assertThat(parked.value()).isEqualTo(ofUnknownSchema("i", Decision.NSFW, NOON));
                        assertThat(parked.at()).isEqualTo(NOON);
                    });
            assertThat(rig.changelog(StoreNames.PARKED)).hasSize(1).doesNotContainNull();
            arriving.schema = Verdict.getClassSchema();
            rig.retry();
            assertThat(rig.changelog(StoreNames.PARKED)).containsExactly((byte[]) null);
        }
    }

    /** An older release would lose what content a review is about. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void stateIsWrittenInTheNewestReleaseWhicheverIsPublished(int release) {
        try (var rig = rig(Map.of(SerdeSettings.WRITE, release))) {
            rig.send(verdict("i"));

            List<byte[]> kept = rig.changelog(StoreNames.EVIDENCE);
            assertThat(kept).hasSize(1);
            assertThat(ByteBuffer.wrap(kept.get(0))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong(STORED_HEADER + 2))
                    .isEqualTo(SchemaNormalization.parsingFingerprint64(
                            BundledSchemas.get().written(BundledSchemas.RELEASES, Verdict.class)));
        }
    }

    private TopologyRig rig(Map<String, ?> serdes) {
        return new TopologyRig(state, TopologyRig.SETTINGS, serdes);
    }

    private static Decision decision(int i) {
        return i / 7 % 2 == 0 ? Decision.NSFW : Decision.SAFE;
    }

    /** A verdict whose header claims a schema that no reader knows; its bytes are of the newest. */
    private static byte[] ofUnknownSchema(String imageId, Decision decision, Instant at) {
        try (var serializer = new EventSerializer<>(Verdict.class)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            byte[] value = serializer.serialize(
                    "t", verdict(imageId).setDecision(decision).setDecidedAt(at).build());
            value[2] ^= 1;
            return value;
        }
    }

    private static byte[] key(String imageId) {
        return imageId.getBytes(StandardCharsets.UTF_8);
    }

    /** One schema, which is there once the test says so. Waiting for it fails the test. */
    private static final class Arriving implements FollowedSchemas {
        private Schema schema;
        private boolean timeIsUp;

        @Override
        public Schema findByFingerprint(long fingerprint) {
            return schema;
        }

        @Override
        public boolean isAwaited(long fingerprint) {
            return schema == null && !timeIsUp;
        }

        @Override
        public void await(long fingerprint) {
            throw new AssertionError("a stream thread waits for a schema");
        }
    }
}
