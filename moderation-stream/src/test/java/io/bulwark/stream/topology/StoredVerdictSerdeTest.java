package io.bulwark.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventSerde;
import io.bulwark.stream.testing.Samples;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class StoredVerdictSerdeTest {

    private final StoredVerdictSerde serde = new StoredVerdictSerde(new EventSerde<>(Verdict.class));

    @Test
    void whatIsStoredComesBack() {
        var stored = new StoredVerdict(
                Samples.verdict("i").build(),
                new RecordCoordinates("moderation.verdicts", 5, 1L << 40),
                Samples.NOON.plusMillis(7));
        byte[] bytes = serde.serializer().serialize("any", stored);
        assertThat(serde.deserializer().deserialize("any", bytes)).isEqualTo(stored);
    }

    @Test
    void aTombstoneIsATombstone() {
        assertThat(serde.serializer().serialize("any", null)).isNull();
        assertThat(serde.deserializer().deserialize("any", null)).isNull();
    }

    @Test
    void stateOfAnotherFormatIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> serde.deserializer().deserialize("any", new byte[40]))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("found 40 bytes that start with 0")
                .hasMessageContaining("bulwark.stream.application-id");
    }
}
