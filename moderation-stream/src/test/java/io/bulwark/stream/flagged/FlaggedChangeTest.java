package io.bulwark.stream.flagged;

import static io.bulwark.stream.flagged.Contents.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlaggedChangeTest {

    private static final Serde<FlaggedChange> CHANGES = FlaggedChange.serde();
    private static final Exemption EXEMPTION = new Exemption("acme", "i/1", "sha", Contents.NOON, true);

    static Stream<FlaggedChange> changes() {
        return Stream.of(
                new FlaggedChange.Unflag("acme", "i", "sha"),
                new FlaggedChange.Safe(EXEMPTION, List.of(), "", new byte[0], 0),
                new FlaggedChange.Safe(EXEMPTION, List.of("e1", "e2"), "model-1", new byte[] {1, 2}, 0.3),
                new FlaggedChange.Lift("acme", "sha"),
                new FlaggedChange.Forget("acme", "ü\u0000\uD83D\uDE00"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whatIsWrittenIsRead(FlaggedChange change) {
        assertThat(roundTrip(change)).usingRecursiveComparison().isEqualTo(change);
    }

    @Test
    void aContentIsReadWithItsEmbedding() {
        FlaggedMember member = content("i", "u", 0.5, 7, true);
        FlaggedMember read = ((FlaggedChange.Flag) roundTrip(new FlaggedChange.Flag(member))).member();

        assertThat(read).usingRecursiveComparison().isEqualTo(member);
    }

    @Test
    void whatIsCutOffOrOfAnotherFormatIsRefused() {
        byte[] bytes = CHANGES.serializer().serialize("t", new FlaggedChange.Lift("acme", "sha"));

        assertThatThrownBy(() -> CHANGES.deserializer().deserialize("t", Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("ends early");
        bytes[0] = 9;
        assertThatThrownBy(() -> CHANGES.deserializer().deserialize("t", bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("9");
    }

    private static FlaggedChange roundTrip(FlaggedChange change) {
        return CHANGES.deserializer().deserialize("t", CHANGES.serializer().serialize("t", change));
    }
}
