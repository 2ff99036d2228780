package io.bulwark.stream.state;

import io.bulwark.events.RecordCoordinates;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
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

    /** The layout of parked records in their store. */
    public static Serde<SourceRecord> serde() {
        return StateLayout.of(
                "parked records",
                SourceRecord.class,
                Map.of(
                        Headers.class,
                        new StateLayout.Field<Headers>(SourceRecord::writeHeaders, SourceRecord::readHeaders)));
    }

    /** Where it stands. */
    public RecordCoordinates coordinates() {
        return new RecordCoordinates(topic, partition, offset);
    }

    /** When the broker took it in. */
    public Instant at() {
        return Instant.ofEpochMilli(timestamp);
    }

    private static void writeHeaders(DataOutputStream out, Headers headers) throws IOException {
        Header[] all = headers.toArray();
        out.writeInt(all.length);
        for (Header header : all) {
            StateLayout.write(out, header.key());
            StateLayout.writeBytes(out, header.value());
        }
    }

    private static Headers readHeaders(DataInputStream in) throws IOException {
        var headers = new RecordHeaders();
        for (int left = in.readInt(); left > 0; left--) {
            headers.add(StateLayout.read(in), StateLayout.readBytes(in));
        }
        return headers;
    }
}
