package io.bulwark.stream.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.campaign.Attempt.Anchor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

/** Versions since the first wrote these bytes. */
class CampaignStateTest {

    private static final Anchor ENTRY = new Anchor(AnchorType.FLAGGED_ENTRY, "e1");

    @Test
    void anAttemptIsItsFieldsInOrderAndWhatMayBeMissingStandsBehindABoolean() throws IOException {
        var attempt = new Attempt(
                "i",
                "u",
                "account",
                Instant.ofEpochMilli(7),
                AttackKind.OTHER,
                Decision.REVIEW,
                0.5,
                Double.NaN,
                "content",
                null,
                new RecordCoordinates("images.uploaded", 1, 2L),
                "");
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeByte(1);
        texts(out, "i", "u", "account");
        out.writeLong(7);
        texts(out, "OTHER", "REVIEW");
        out.writeDouble(0.5);
        out.writeDouble(Double.NaN);
        texts(out, "content");
        out.writeBoolean(false);
        out.writeBoolean(true);
        texts(out, "images.uploaded");
        out.writeInt(1);
        out.writeLong(2);
        texts(out, "");
        out.writeInt(1);
        texts(out, "FLAGGED_ENTRY", "e1");
        out.writeBoolean(false);
        var placed = AttemptPlaces.Placed.waiting(attempt, List.of(ENTRY));

        assertThat(AttemptPlaces.Placed.serde().serializer().serialize("t", placed))
                .isEqualTo(bytes.toByteArray());
        assertThat(AttemptPlaces.Placed.serde().deserializer().deserialize("t", bytes.toByteArray()))
                .isEqualTo(placed);
    }

    @Test
    void aChangeHasItsKindBehindTheFormat() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeByte(1);
        out.writeByte(4);
        texts(out, "acme", "i");
        var changes = CampaignChange.serde(Serdes.serdeFrom((topic, none) -> null, (topic, none) -> null));

        assertThat(changes.serializer().serialize("t", new CampaignChange.Forget("acme", "i")))
                .isEqualTo(bytes.toByteArray());
        assertThat(changes.deserializer().deserialize("t", bytes.toByteArray()))
                .isEqualTo(new CampaignChange.Forget("acme", "i"));
    }

    @Test
    void aCampaignComesBackAsItWas() {
        var campaign = new Campaign("c1", ENTRY, true);
        campaign.note = "a note";
        var serde = Campaign.serde();
        byte[] bytes = serde.serializer().serialize("t", campaign);

        assertThat(serde.serializer().serialize("t", serde.deserializer().deserialize("t", bytes)))
                .isEqualTo(bytes);
        assertThat(serde.deserializer().deserialize("t", bytes).note).isEqualTo("a note");
    }

    private static void texts(DataOutputStream out, String... texts) throws IOException {
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }
}
