package io.bulwark.stream.state;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Reads the bytes of one topic. What cannot be read comes out as {@link Reading.Unreadable} with the story in the
 * record's headers, and never as an exception; what cannot be read yet is parked. One stream thread calls.
 */
public final class SourceReader<T extends SpecificRecord> extends ParkingReader<byte[], SourceReader.Reading<T>> {

    /** The reason of a dead letter whose key is missing, not text, or not that of its value. */
    public static final String BAD_KEY = "BAD_KEY";

    /** The reason of a dead letter that could be read but does not say enough to act on. */
    public static final String INCOMPLETE = "INCOMPLETE";

    /** The reason of a dead letter that a processor failed on. */
    public static final String PROCESSING_FAULT = "PROCESSING_FAULT";

    private final EventDecoder<T> decoder;
    private final Function<T, String> keyOf;
    private final Predicate<T> complete;
    private final TopologyEvents events;

    /**
     * @param topic that is read
     * @param store of parked records
     * @param decoder of the topic's values
     * @param keyOf the key that a value belongs under
     * @param complete whether a value says enough to act on
     */
    public SourceReader(
            String topic,
            String store,
            EventDecoder<T> decoder,
            Function<T, String> keyOf,
            Predicate<T> complete,
            TopologyEvents events) {
        super(topic, store, events);
        this.decoder = decoder;
        this.keyOf = keyOf;
        this.complete = complete;
        this.events = events;
    }

    @Override
    protected boolean take(SourceRecord record) {
        Optional<Reading<T>> reading = read(record);
        reading.ifPresent(read -> send(record, read));
        return reading.isPresent();
    }

    @Override
    protected void setAside(SourceRecord record, Throwable thrown) {
        send(
                record,
                new Reading.Unreadable<>(
                        record.value(),
                        story(record, PROCESSING_FAULT, "A processor failed on this record.")
                                .withException(thrown)));
    }

    @Override
    public void close() {
        super.close();
        decoder.close();
    }

    private void send(SourceRecord record, Reading<T> reading) {
        if (reading instanceof Reading.Unreadable<T> unreadable) {
            unreadable.story().addTo(record.headers());
            events.deadLetter(record.topic(), unreadable.story().reason());
        }
        context().forward(new Record<>(record.key(), reading, record.timestamp(), record.headers()));
    }

    /** Empty where it cannot be read yet. */
    private Optional<Reading<T>> read(SourceRecord record) {
        Optional<String> key = text(record.key());
        if (key.isEmpty()) {
            String found = record.key() == null ? "none" : record.key().length + " bytes that are not UTF-8";
            return unreadable(record, BAD_KEY, "The key must be text in UTF-8, found " + found + ".");
        }
        if (record.value() == null) {
            return readable(key.get(), null, record);
        }
        DecodedEvent<T> decoded = decoder.decodeAtOnce(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Undecodable<T> undecodable) {
            return undecodable.reason().retriable()
                    ? Optional.empty()
                    : Optional.of(new Reading.Unreadable<>(
                            record.value(),
                            story(record, undecodable.reason().name(), undecodable.detail())
                                    .withSchemaFingerprint(undecodable.schemaFingerprint())));
        }
        T value = ((DecodedEvent.Event<T>) decoded).value();
        if (!keyOf.apply(value).equals(key.get())) {
            return unreadable(record, BAD_KEY, "The key is not the id that the value carries.");
        }
        if (!complete.test(value)) {
            return unreadable(record, INCOMPLETE, "It does not say which content of the image it is about.");
        }
        return readable(key.get(), value, record);
    }

    private Optional<Reading<T>> readable(String key, T value, SourceRecord record) {
        return Optional.of(new Reading.Readable<>(key, value, record.coordinates(), record.at()));
    }

    private Optional<Reading<T>> unreadable(SourceRecord record, String reason, String detail) {
        return Optional.of(new Reading.Unreadable<>(record.value(), story(record, reason, detail)));
    }

    private static DeadLetterHeaders story(SourceRecord record, String reason, String detail) {
        return new DeadLetterHeaders(
                reason,
                detail,
                Optional.empty(),
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                Optional.empty());
    }

    private static Optional<String> text(byte[] key) {
        if (key == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    /** The outcome of reading one record. */
    public sealed interface Reading<T> {

        /**
         * A record that could be read.
         *
         * @param key the record's key, as text
         * @param value null for a tombstone
         * @param coordinates where it stands
         * @param timestamp that of the record
         */
        record Readable<T>(String key, T value, RecordCoordinates coordinates, Instant timestamp)
                implements Reading<T> {}

        /**
         * A record that goes to the dead letters as it came.
         *
         * @param value the record's bytes; null where it had none
         * @param story why
         */
        record Unreadable<T>(byte[] value, DeadLetterHeaders story) implements Reading<T> {}
    }

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
}
