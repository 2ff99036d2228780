package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.FollowedSchemas;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.stream.state.StoreNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.KafkaException;
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
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, new Arriving(Verdict.getClassSchema())))) {
            rig.sendVerdictBytes(key("i"), ofUnknownSchema("i"), NOON);

            assertThat(rig.inForce("i")).isNotNull();
            assertThat(rig.deadLetters()).isEmpty();
        }
    }

    @Test
    void aVerdictWhoseSchemaDoesNotComeIsADeadLetterAndTheStreamGoesOn() {
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, new Arriving(null)))) {
            rig.sendVerdictBytes(key("i"), ofUnknownSchema("i"), NOON);
            rig.send(verdict("after"));

            var letters = rig.deadLetters();
            assertThat(letters).hasSize(1);
            assertThat(DeadLetterHeaders.readFrom(letters.get(0).headers())
                            .orElseThrow()
                            .reason())
                    .isEqualTo("UNKNOWN_SCHEMA");
            assertThat(rig.inForce("after")).isNotNull();
        }
    }

    @Test
    void aWaitThatIsBrokenOffFailsTheClientSoThatTheVerdictComesAgain() {
        var ending = new Arriving(null) {
            @Override
            public void await(long fingerprint) {
                throw new KafkaException("following ended");
            }
        };
        try (var rig = rig(Map.of(SerdeSettings.FOLLOWED, ending))) {
            assertThatThrownBy(() -> rig.sendVerdictBytes(key("i"), ofUnknownSchema("i"), NOON))
                    .isInstanceOf(KafkaException.class)
                    .hasStackTraceContaining("following ended");
            assertThat(rig.deadLetters()).isEmpty();
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

    /** A verdict whose header claims a schema that nobody knows; its bytes are of the newest. */
    private static byte[] ofUnknownSchema(String imageId) {
        try (var serializer = new EventSerializer<>(Verdict.class)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            byte[] value = serializer.serialize("t", verdict(imageId).build());
            value[2] ^= 1;
            return value;
        }
    }

    private static byte[] key(String imageId) {
        return imageId.getBytes(StandardCharsets.UTF_8);
    }

    /** One schema, which is there once somebody waited; or none. */
    private static class Arriving implements FollowedSchemas {
        private final Schema schema;
        private boolean waited;

        Arriving(Schema schema) {
            this.schema = schema;
        }

        @Override
        public Schema findByFingerprint(long fingerprint) {
            return waited ? schema : null;
        }

        @Override
        public boolean isAwaited(long fingerprint) {
            return !waited;
        }

        @Override
        public void await(long fingerprint) {
            waited = true;
        }
    }
}
