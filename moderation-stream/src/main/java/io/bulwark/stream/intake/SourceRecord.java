package io.bulwark.stream.intake;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.Texts;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * A record of a source topic as it came, with its place: what is read now, and what is parked until it can be read.
 *
 * @param key null where there is none
 * @param value null for a tombstone
 * @param timestamp the broker's, in milliseconds since the epoch
 */
public record SourceRecord(
        String topic, int partition, long offset, long timestamp, byte[] key, byte[] value, Headers headers) {

    private static final StateLayout LAYOUT = new StateLayout("parked records", (byte) 1);

    /** The record that is being processed. */
    static SourceRecord of(Record<byte[], byte[]> record, RecordMetadata metadata) {
        return new SourceRecord(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }

    /** How parked records lie in their store. */
    public static Serde<SourceRecord> serde() {
        return LAYOUT.serde(SourceRecord::write, SourceRecord::read);
    }

    /** Where it stands. */
    public RecordCoordinates coordinates() {
        return new RecordCoordinates(topic, partition, offset);
    }

    /** When the broker took it in. */
    public Instant at() {
        return Instant.ofEpochMilli(timestamp);
    }

    private static void write(DataOutputStream out, SourceRecord record) throws IOException {
        Texts.write(out, record.topic);
        out.writeInt(record.partition);
        out.writeLong(record.offset);
        out.writeLong(record.timestamp);
        bytes(out, record.key);
        bytes(out, record.value);
        Header[] headers = record.headers.toArray();
        out.writeInt(headers.length);
        for (Header header : headers) {
            Texts.write(out, header.key());
            bytes(out, header.value());
        }
    }

    private static SourceRecord read(DataInputStream in) throws IOException {
        String topic = Texts.read(in);
        int partition = in.readInt();
        long offset = in.readLong();
        long timestamp = in.readLong();
        byte[] key = bytes(in);
        byte[] value = bytes(in);
        var headers = new RecordHeaders();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            headers.add(Texts.read(in), bytes(in));
        }
        return new SourceRecord(topic, partition, offset, timestamp, key, value, headers);
    }

    /** The length in bytes (int), -1 for null, then the bytes. */
    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        var bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
