package io.bulwark.stream.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.stream.decision.Precedence.Standing;
import io.bulwark.stream.decision.Precedence.Standing.Content;
import io.bulwark.stream.decision.StoredDecision.EarlierContent;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.uploader.UploaderChange.Contribution;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

class StoredDecisionTest {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    private final Serde<StoredDecision> serde =
            StoredDecision.serde(newest(ModerationDecision.class), newest(Review.class));

    @Test
    void whatIsStoredComesBackWithItsEarlierContents() {
        StoredDecision stored = stored(List.of(
                new EarlierContent(
                        new Content("sha", new RecordCoordinates("images.uploaded", 3, 77L)),
                        new Contribution("default", "u2", NOW, Decision.NSFW, 2500)),
                new EarlierContent(
                        new Content(null, null), new Contribution("default", "u3", NOW, Decision.REFUSED, 0))));
        byte[] bytes = serde.serializer().serialize("topic", stored);

        assertThat(bytes[0]).isEqualTo((byte) 2);
        assertThat(serde.deserializer().deserialize("topic", bytes)).isEqualTo(stored);
    }

    /** So a version that knows no other can still take over where nothing needs it. */
    @Test
    void withoutEarlierContentsTheFirstFormatIsWritten() {
        StoredDecision stored = stored(List.of());
        byte[] bytes = serde.serializer().serialize("topic", stored);

        assertThat(bytes[0]).isEqualTo((byte) 1);
        assertThat(serde.deserializer().deserialize("topic", bytes)).isEqualTo(stored);
    }

    @Test
    void anotherFormatNamesTheFix() {
        byte[] bytes = serde.serializer().serialize("topic", stored(List.of()));
        bytes[0] = 9;
        assertThatThrownBy(() -> serde.deserializer().deserialize("topic", bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("bulwark.stream.application-id");
    }

    private static StoredDecision stored(List<EarlierContent> earlier) {
        ModerationDecision byWorker = ModerationDecision.newBuilder()
                .setTenant("default")
                .setImageId("i")
                .setUploaderId("u1")
                .setDecision(Decision.SAFE)
                .setScore(0.1)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "w"))
                .setSince(NOW)
                .build();
        return new StoredDecision(
                new Standing(
                        byWorker, List.of(Samples.review("i", Decision.NSFW).build())),
                null,
                new Contribution("default", "u1", NOW, Decision.SAFE, 0),
                earlier,
                NOW);
    }

    private static <T extends SpecificRecord> Serde<T> newest(Class<T> type) {
        var serializer = new EventSerializer<>(type);
        serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        return Serdes.serdeFrom(serializer, new EventDeserializer<>(type));
    }
}
