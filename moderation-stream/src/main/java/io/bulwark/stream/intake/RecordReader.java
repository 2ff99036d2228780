package io.bulwark.stream.intake;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Reads the bytes of one topic. What cannot be read comes out as {@link Reading.Unreadable} with the story in the
 * record's headers, and never as an exception; only a registry that does not answer is one, so that the record comes
 * again. While a record's schema is awaited, reading stands still: what comes after it may depend on it. One stream
 * thread calls.
 */
public final class RecordReader<T extends SpecificRecord>
        extends ContextualProcessor<byte[], byte[], byte[], Reading<T>> {

    /** The reason of a dead letter whose key is missing, not text, or not that of its value. */
    public static final String BAD_KEY = "BAD_KEY";

    /** The reason of a dead letter that could be read but does not say enough to act on. */
    public static final String INCOMPLETE = "INCOMPLETE";

    private final EventDecoder<T> decoder;
    private final Function<T, String> keyOf;
    private final Predicate<T> complete;
    private final TopologyEvents events;

    /**
     * @param decoder of the topic's values
     * @param keyOf the key that a value belongs under
     * @param complete whether a value says enough to act on
     */
    public RecordReader(
            EventDecoder<T> decoder, Function<T, String> keyOf, Predicate<T> complete, TopologyEvents events) {
        this.decoder = decoder;
        this.keyOf = keyOf;
        this.complete = complete;
        this.events = events;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context()
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record without coordinates reached a source's reader"));
        Reading<T> reading = read(record, metadata);
        if (reading instanceof Reading.Unreadable<T> unreadable) {
            unreadable.story().addTo(record.headers());
            events.deadLetter(metadata.topic(), unreadable.story().reason());
        }
        context().forward(record.withValue(reading));
    }

    @Override
    public void close() {
        decoder.close();
    }

    private Reading<T> read(Record<byte[], byte[]> record, RecordMetadata metadata) {
        Optional<String> key = text(record.key());
        if (key.isEmpty()) {
            String found = record.key() == null ? "none" : record.key().length + " bytes that are not UTF-8";
            return unreadable(record, metadata, BAD_KEY, "The key must be text in UTF-8, found " + found + ".");
        }
        if (record.value() == null) {
            return readable(key.get(), null, record, metadata);
        }
        DecodedEvent<T> decoded = decoder.decodeWaiting(metadata.topic(), record.value());
        if (decoded instanceof DecodedEvent.Undecodable<T> undecodable) {
            if (undecodable.reason().retriable()) {
                throw new StreamsException(undecodable.detail());
            }
            return new Reading.Unreadable<>(
                    record.value(),
                    story(record, metadata, undecodable.reason().name(), undecodable.detail())
                            .withSchemaFingerprint(undecodable.schemaFingerprint()));
        }
        T value = ((DecodedEvent.Event<T>) decoded).value();
        if (!keyOf.apply(value).equals(key.get())) {
            return unreadable(record, metadata, BAD_KEY, "The key is not the id that the value carries.");
        }
        if (!complete.test(value)) {
            return unreadable(record, metadata, INCOMPLETE, "It does not say which content of the image it is about.");
        }
        return readable(key.get(), value, record, metadata);
    }

    private Reading<T> readable(String key, T value, Record<byte[], byte[]> record, RecordMetadata metadata) {
        var coordinates = new RecordCoordinates(metadata.topic(), metadata.partition(), metadata.offset());
        return new Reading.Readable<>(key, value, coordinates, Instant.ofEpochMilli(record.timestamp()));
    }

    private Reading<T> unreadable(
            Record<byte[], byte[]> record, RecordMetadata metadata, String reason, String detail) {
        return new Reading.Unreadable<>(record.value(), story(record, metadata, reason, detail));
    }

    private static DeadLetterHeaders story(
            Record<byte[], byte[]> record, RecordMetadata metadata, String reason, String detail) {
        return new DeadLetterHeaders(
                reason,
                detail,
                Optional.empty(),
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
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
}
