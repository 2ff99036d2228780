package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.audit;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class DeadLetterTest extends TopologyTestCase {

    private static final byte[] NOISE = {7, 1, 3, 3, 7};

    @Test
    void bytesThatAreNoEventGoToTheDeadLettersAsTheyCame() {
        rig.send(verdict("before"));
        rig.sendVerdictBytes("i".getBytes(StandardCharsets.UTF_8), NOISE, NOON);
        rig.send(verdict("after"));

        List<TestRecord<byte[], byte[]>> letters = rig.deadLetters();
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0).key()).isEqualTo("i".getBytes(StandardCharsets.UTF_8));
        assertThat(letters.get(0).value()).isEqualTo(NOISE);
        DeadLetterHeaders story = story(letters.get(0));
        assertThat(story.reason()).isEqualTo("UNKNOWN_FRAMING");
        assertThat(story.topic()).isEqualTo("moderation.verdicts");
        assertThat(story.offset()).isEqualTo(1);
        assertThat(story.timestamp()).isEqualTo(NOON.toEpochMilli());
        assertThat(rig.inForce("after")).as("the stream goes on").isNotNull();
        assertThat(rig.reports).contains("dead letter moderation.verdicts UNKNOWN_FRAMING");
    }

    @Test
    void anUnknownSchemaIsNamedInTheStory() {
        byte[] value =
                new EventSerializer<>(Verdict.class).serialize("t", verdict("i").build());
        value[2] ^= 1;
        rig.sendVerdictBytes("i".getBytes(StandardCharsets.UTF_8), value, NOON);

        DeadLetterHeaders story = story(rig.deadLetters().get(0));
        assertThat(story.reason()).isEqualTo("UNKNOWN_SCHEMA");
        assertThat(story.schemaFingerprint()).isPresent();
    }

    @Test
    void aRecordOfAnotherKindIsADeadLetter() {
        byte[] value = new EventSerializer<>(AttackAudit.class)
                .serialize("t", audit("i").build());
        rig.sendVerdictBytes("i".getBytes(StandardCharsets.UTF_8), value, NOON);

        assertThat(story(rig.deadLetters().get(0)).reason()).isEqualTo("WRONG_SCHEMA");
    }

    @Test
    void anAuditThatIsNoAuditIsADeadLetterOfItsTopic() {
        rig.sendAuditBytes("i".getBytes(StandardCharsets.UTF_8), NOISE, NOON);

        assertThat(story(rig.deadLetters().get(0)).topic()).isEqualTo("moderation.attack-audit");
    }

    @Test
    void aMissingKeyIsADeadLetter() {
        rig.sendVerdictBytes(null, NOISE, NOON);

        TestRecord<byte[], byte[]> letter = rig.deadLetters().get(0);
        assertThat(letter.key()).isNull();
        assertThat(story(letter).reason()).isEqualTo("BAD_KEY");
        assertThat(story(letter).detail()).contains("found none");
    }

    @Test
    void aKeyThatIsNotTextIsADeadLetter() {
        rig.sendVerdictBytes(new byte[] {(byte) 0xc3, (byte) 0x28}, NOISE, NOON);

        assertThat(story(rig.deadLetters().get(0)).detail()).contains("2 bytes that are not UTF-8");
    }

    @Test
    void aVerdictUnderTheKeyOfAnotherImageIsADeadLetter() {
        byte[] value = new EventSerializer<>(Verdict.class)
                .serialize("t", verdict("mine").build());
        rig.sendVerdictBytes("yours".getBytes(StandardCharsets.UTF_8), value, NOON);

        assertThat(story(rig.deadLetters().get(0)).reason()).isEqualTo("BAD_KEY");
        assertThat(rig.inForce("yours")).isNull();
        assertThat(rig.inForce("mine")).isNull();
    }

    private static DeadLetterHeaders story(TestRecord<byte[], byte[]> letter) {
        return DeadLetterHeaders.readFrom(letter.headers()).orElseThrow();
    }
}
