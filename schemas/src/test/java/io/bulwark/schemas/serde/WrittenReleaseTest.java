package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reason;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.EventDecoder.SingleObject;
import io.bulwark.schemas.testing.SampleEvents;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@value SerdeSettings#WRITE} writes. */
class WrittenReleaseTest {

    static Stream<Class<? extends SpecificRecord>> records() {
        return BundledSchemas.records().stream();
    }

    @Test
    void theReleaseBeforeTheNewestIsWrittenByDefault() {
        byte[] unconfigured = new EventSerializer<>(Verdict.class).serialize("t", SampleEvents.verdict());

        assertThat(SingleObject.fingerprint(unconfigured)).isEqualTo(fingerprint(2, "Verdict"));
        assertThat(write(Map.of(), SampleEvents.verdict())).isEqualTo(unconfigured);
        assertThat(write(Map.of(SerdeSettings.WRITE, " "), SampleEvents.verdict()))
                .isEqualTo(unconfigured);
        assertThat(write(Map.of(SerdeSettings.WRITE, "2"), SampleEvents.verdict()))
                .isEqualTo(unconfigured);
    }

    @Test
    void theNewestReleaseKeepsEverything() {
        byte[] bytes = write(Map.of(SerdeSettings.WRITE, "3"), SampleEvents.verdict());

        assertThat(SingleObject.fingerprint(bytes)).isEqualTo(fingerprint(3, "Verdict"));
        assertThat(read(Verdict.class, bytes)).isEqualTo(SampleEvents.verdict());
    }

    @Test
    void anOlderReleaseDropsTheFieldsThatItLacksAndNothingElse() {
        Verdict verdict = SampleEvents.verdict();

        assertThat(read(Verdict.class, write(Map.of(SerdeSettings.WRITE, 1), verdict)))
                .isEqualTo(Verdict.newBuilder(verdict)
                        .clearLabels()
                        .clearDecidingLabel()
                        .clearDecidingView()
                        .clearBasis()
                        .clearKnownReference()
                        .clearInsertionsToTurn()
                        .clearRelabelsToTurn()
                        .clearShadowDecision()
                        .clearShadowPolicyVersion()
                        .clearAttributes()
                        .clearSamplingKeyId()
                        .clearUploadedAt()
                        .clearFlaggedOffsets()
                        .build());
    }

    @Test
    void aSymbolThatAnOlderReleaseLacksBecomesTheDefaultOfItsEnum() {
        var known = Verdict.newBuilder(SampleEvents.verdict())
                .setDecision(Decision.NSFW)
                .setReason(Reason.KNOWN)
                .build();

        var older = read(Verdict.class, write(Map.of(SerdeSettings.WRITE, 1), known));
        assertThat(older.getReason()).isEqualTo(Reason.OTHER);
        assertThat(older.getDecision()).isEqualTo(Decision.NSFW);
    }

    /** What release 3 added: a verdict of a writer that still writes release 2 says what was decided, and no more. */
    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"DECODER_FAILED", "ENCODER_FAILED", "POISON", "PARTLY_SEEN"})
    void aReasonOfTheNewestReleaseIsOtherInTheOneBefore(Reason reason) {
        var refused = Verdict.newBuilder(SampleEvents.verdict())
                .setDecision(Decision.REFUSED)
                .setReason(reason)
                .build();

        assertThat(read(Verdict.class, write(Map.of(SerdeSettings.WRITE, 3), refused)))
                .isEqualTo(refused);
        assertThat(read(Verdict.class, write(Map.of(SerdeSettings.WRITE, 2), refused)))
                .isEqualTo(Verdict.newBuilder(refused)
                        .setReason(Reason.OTHER)
                        .clearSamplingKeyId()
                        .clearUploadedAt()
                        .clearFlaggedOffsets()
                        .build());
    }

    /** Why a worker with restricted labels has to write release 3. */
    @Test
    void theReleaseBeforeTheNewestDoesNotSayThatAVerdictIsRestricted() {
        var restricted = Verdict.newBuilder(SampleEvents.restrictedVerdict())
                .setBasis(DecisionBasis.KNOWN_MD5)
                .build();

        assertThat(read(Verdict.class, write(Map.of(SerdeSettings.WRITE, 3), restricted)))
                .isEqualTo(restricted);
        var older = read(Verdict.class, write(Map.of(SerdeSettings.WRITE, 2), restricted));
        assertThat(older.getRestricted()).isFalse();
        assertThat(older.getListed()).isNull();
        assertThat(older.getBasis()).isEqualTo(DecisionBasis.OTHER);
    }

    @Test
    void aRecordThatTheReleaseDoesNotHaveYetIsWrittenAsInItsFirst() {
        byte[] bytes = write(Map.of(SerdeSettings.WRITE, 1), SampleEvents.moderationPolicy());

        assertThat(SingleObject.fingerprint(bytes)).isEqualTo(fingerprint(2, "ModerationPolicy"));
        assertThat(read(ModerationPolicy.class, bytes)).isEqualTo(SampleEvents.moderationPolicy());
    }

    @Test
    void aRecordThatDidNotChangeIsTheSameUnderEachRelease() {
        assertThat(write(Map.of(SerdeSettings.WRITE, 1), SampleEvents.uploadInline()))
                .isEqualTo(write(Map.of(SerdeSettings.WRITE, 3), SampleEvents.uploadInline()));
    }

    /** A program of that release is stood in for by Avro's decoder, with the schemas of the release and no others. */
    @ParameterizedTest
    @MethodSource("records")
    <T extends SpecificRecord> void aProgramOfTheReleaseReadsAllThatIsWrittenInIt(Class<T> record) throws Exception {
        for (int release = 1; release <= BundledSchemas.RELEASES; release++) {
            Schema schema = BundledSchemas.get().written(release, record);
            var reader = new BinaryMessageDecoder<GenericRecord>(new GenericData(), schema);
            try (var serializer = new EventSerializer<>(record)) {
                serializer.configure(Map.of(SerdeSettings.WRITE, release), false);
                for (int seed = 0; seed < 100; seed++) {
                    byte[] bytes = serializer.serialize("t", RandomEvents.of(record, seed));

                    assertThat(reader.decode(bytes).getSchema())
                            .as("release %d, seed %d", release, seed)
                            .isEqualTo(schema);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4", "two", "1.0", "-1", "01"})
    void anUnknownReleaseIsRefusedWithTheKnownOnes(String release) {
        try (var serde = new EventSerde<>(Review.class)) {
            assertThatThrownBy(() -> serde.configure(Map.of(SerdeSettings.WRITE, release), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bulwark.schemas.write is " + release)
                    .hasMessageContaining("1 to 3");
        }
    }

    @Test
    void anIncompleteEventIsNotWrittenInAnOlderReleaseEither() {
        assertThatThrownBy(() -> write(Map.of(SerdeSettings.WRITE, 1), new Verdict()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("Verdict");
    }

    @Test
    void aReleaseHasASchemaForEveryRecordOfTheCatalogue() {
        assertThat(BundledSchemas.get().written(1))
                .extracting(Schema::getName)
                .containsExactlyElementsOf(records().map(Class::getSimpleName).toList());
        assertThat(BundledSchemas.get().written(1))
                .contains(BundledSchemas.get().released(1, "Verdict").orElseThrow())
                .contains(BundledSchemas.get().released(2, "ModerationPolicy").orElseThrow());
    }

    @Test
    void aClassThatIsNoRecordOfTheCatalogueIsNamed() {
        assertThatThrownBy(() -> new EventSerializer<>(io.bulwark.events.Neighbour.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("io.bulwark.events.Neighbour");
    }

    private static <T extends SpecificRecord> byte[] write(Map<String, ?> settings, T event) {
        try (var serializer = new EventSerializer<>(RandomEvents.classOf(event))) {
            serializer.configure(settings, false);
            return serializer.serialize("t", event);
        }
    }

    private static <T extends SpecificRecord> T read(Class<T> record, byte[] bytes) {
        try (var decoder = new EventDecoder<>(record)) {
            var decoded = decoder.decode("t", bytes);
            assertThat(decoded).isInstanceOf(Event.class);
            return ((Event<T>) decoded).value();
        }
    }

    private static long fingerprint(int release, String record) {
        return SchemaNormalization.parsingFingerprint64(
                BundledSchemas.get().released(release, record).orElseThrow());
    }
}
