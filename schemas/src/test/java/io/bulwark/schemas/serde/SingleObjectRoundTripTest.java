package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.AttackCampaign;
import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.EventDecoder.SingleObject;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.Topics;
import java.util.HashSet;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SingleObjectRoundTripTest {

    static Stream<SpecificRecord> samples() {
        return Stream.concat(SampleEvents.full().stream(), SampleEvents.minimal().stream());
    }

    static Stream<Class<? extends SpecificRecord>> records() {
        return BundledSchemas.records().stream();
    }

    /** Older releases leave out what they do not have; see {@code WrittenReleaseTest}. */
    private static <T extends SpecificRecord> EventSerializer<T> newest(Class<T> record) {
        var serializer = new EventSerializer<>(record);
        serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        return serializer;
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void everySampleComesBackAsItWas(T sample) {
        Class<T> record = RandomEvents.classOf(sample);
        byte[] bytes = newest(record).serialize("t", sample);

        assertThat(bytes).startsWith(0xC3, 0x01);
        assertThat(new EventDeserializer<>(record).deserialize("t", bytes)).isEqualTo(sample);
    }

    /** Field by field: Avro's own lists cannot compare records that may have an {@code Instant}. */
    @ParameterizedTest
    @MethodSource("records")
    <T extends SpecificRecord> void anyRecordThatTheSchemaAllowsComesBackAsItWas(Class<T> record) {
        var serializer = newest(record);
        var decoder = new EventDecoder<>(record);
        for (int seed = 0; seed < 200; seed++) {
            T event = RandomEvents.of(record, seed);
            assertThat(decoder.decode("t", serializer.serialize("t", event)))
                    .as("seed %d", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(new Event<>(event));
        }
    }

    /** Avro's own decoder is the foreign reader here: what it reads, other languages' libraries do. */
    @ParameterizedTest
    @MethodSource("samples")
    void avroItselfReadsWhatIsWritten(SpecificRecord sample) throws Exception {
        byte[] bytes = newest(RandomEvents.classOf(sample)).serialize("t", sample);
        var data = SpecificData.getForClass(sample.getClass());
        var avro = new BinaryMessageDecoder<SpecificRecord>(data, sample.getSchema(), BundledSchemas.get());

        assertThat(avro.decode(bytes)).isEqualTo(sample);
    }

    @Test
    void theFingerprintStandsInTheHeaderLittleEndian() {
        byte[] bytes = newest(AttackCampaign.class).serialize("t", SampleEvents.attackCampaign());
        long expected = SchemaNormalization.parsingFingerprint64(AttackCampaign.getClassSchema());
        for (int i = 0; i < 8; i++) {
            assertThat(bytes[2 + i]).isEqualTo((byte) (expected >>> (8 * i)));
        }
        assertThat(SingleObject.fingerprint(bytes)).isEqualTo(expected);
    }

    @Test
    void thereIsASampleOfEachRecordOfTheCatalogue() {
        var full = new HashSet<Class<?>>();
        SampleEvents.full().forEach(sample -> full.add(sample.getClass()));
        var minimal = new HashSet<Class<?>>();
        SampleEvents.minimal().forEach(sample -> minimal.add(sample.getClass()));
        var catalogue = new HashSet<Class<?>>();
        for (Topics topic : Topics.values()) {
            topic.valueClass().ifPresent(catalogue::add);
        }

        assertThat(full).isEqualTo(catalogue);
        assertThat(minimal).isEqualTo(catalogue);
    }

    @Test
    void fullSamplesLeaveNoFieldAtItsDefault() {
        for (SpecificRecord sample : SampleEvents.full()) {
            var data = SpecificData.getForClass(sample.getClass());
            for (Schema.Field field : sample.getSchema().getFields()) {
                if (field.hasDefaultValue()) {
                    assertThat(sample.get(field.pos()))
                            .as("%s.%s", sample.getSchema().getName(), field.name())
                            .isNotNull()
                            .isNotEqualTo(data.getDefaultValue(field));
                }
            }
        }
    }

    @Test
    void nullIsATombstoneBothWays() {
        assertThat(new EventSerializer<>(AttackCampaign.class).serialize("t", null))
                .isNull();
        assertThat(new EventDeserializer<>(AttackCampaign.class).deserialize("t", null))
                .isNull();
    }

    @Test
    void anIncompleteEventIsNotWritten() {
        var incomplete = new ImageUploaded();
        try (var serializer = new EventSerializer<>(ImageUploaded.class)) {
            assertThatThrownBy(() -> serializer.serialize("images.uploaded", incomplete))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("ImageUploaded")
                    .hasMessageContaining("images.uploaded");
        }
    }

    @Test
    void keysAreLeftToKafkasStringSerializer() {
        try (var serde = new EventSerde<>(AttackCampaign.class)) {
            assertThatThrownBy(() -> serde.configure(Map.of(), true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("StringSerializer");
        }
    }

    @Test
    void theSerdeIsTheSerializerAndTheDeserializer() {
        try (var serde = new EventSerde<>(AttackCampaign.class)) {
            serde.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            byte[] bytes = serde.serializer().serialize("t", SampleEvents.attackCampaign());
            assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(SampleEvents.attackCampaign());
        }
    }
}
