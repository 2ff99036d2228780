package io.bulwark.stream.decision;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * How a {@link Evidence} lies in the store and its changelog: a format byte, the record's partition (int) and
 * offset (long), both big-endian, then the verdict in the framing of the serde that is given. The format byte leaves room for a later layout beside old state.
 */
public final class EvidenceSerde implements Serde<Evidence> {

    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + Integer.BYTES + Long.BYTES;

    private final Serde<Verdict> verdicts;
    private final String topic;

    /** @param topic that the verdicts were read from */
    public EvidenceSerde(Serde<Verdict> verdicts, String topic) {
        this.verdicts = verdicts;
        this.topic = topic;
    }

    @Override
    public Serializer<Evidence> serializer() {
        return (store, stored) -> stored == null ? null : write(stored);
    }

    @Override
    public Deserializer<Evidence> deserializer() {
        return (store, bytes) -> bytes == null ? null : read(bytes);
    }

    private byte[] write(Evidence stored) {
        byte[] event = verdicts.serializer().serialize(topic, stored.verdict());
        return ByteBuffer.allocate(HEADER_BYTES + event.length)
                .put(FORMAT)
                .putInt(stored.coordinates().getPartition())
                .putLong(stored.coordinates().getOffset())
                .put(event)
                .array();
    }

    private Evidence read(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != FORMAT) {
            throw new SerializationException("Evidence starts with format byte " + FORMAT + " and a header of "
                    + HEADER_BYTES + " bytes, found " + bytes.length + " bytes"
                    + (bytes.length == 0 ? "" : " that start with " + bytes[0])
                    + ". State of another version: start once with an empty bulwark.stream.state-dir and a new"
                    + " bulwark.stream.application-id.");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        var coordinates = new RecordCoordinates(topic, buffer.getInt(), buffer.getLong());
        byte[] event = new byte[buffer.remaining()];
        buffer.get(event);
        return new Evidence(verdicts.deserializer().deserialize(topic, event), coordinates);
    }
}
