package io.bulwark.stream.decision;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.stream.state.StateLayout;
import org.apache.kafka.common.serialization.Serde;

/**
 * The worker's verdict on the content that a decision is about.
 *
 * @param verdict as it was published
 * @param coordinates where it stands in {@code moderation.verdicts}
 */
public record StoredVerdict(Verdict verdict, RecordCoordinates coordinates) {

    private static final String WHAT = "evidence";
    private static final byte FORMAT = 1;

    /**
     * The layout in the store: a format byte, the record's partition (int) and offset (long), then the verdict.
     *
     * @param topic that the verdicts were read from
     */
    public static Serde<StoredVerdict> serde(Serde<Verdict> verdicts, String topic) {
        return StateLayout.of(
                WHAT,
                (out, evidence) -> {
                    out.writeByte(FORMAT);
                    out.writeInt(evidence.coordinates().getPartition());
                    out.writeLong(evidence.coordinates().getOffset());
                    out.write(verdicts.serializer().serialize(topic, evidence.verdict()));
                },
                in -> {
                    StateLayout.format(WHAT, in, FORMAT);
                    var coordinates = new RecordCoordinates(topic, in.readInt(), in.readLong());
                    return new StoredVerdict(
                            verdicts.deserializer().deserialize(topic, in.readAllBytes()), coordinates);
                });
    }
}
