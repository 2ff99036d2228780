package io.bulwark.schemas.serde;

import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import io.bulwark.schemas.topic.SchemaKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Turns the bytes of a record into an event, or into the reason why they are none. It reads both framings, always, and
 * distinguishes them by the first byte. It never throws for what the bytes hold and never allocates more than a small
 * multiple of their size.
 *
 * <p>Where schemas are followed ({@value SerdeSettings#FOLLOWED}), a schema that is not known yet is awaited for a
 * while: {@link #decode} and {@link #decodeAtOnce} say so at once, {@link #decodeWaiting} waits.
 *
 * <p>Thread-safe once configured. {@link #close} releases the connection to the registry, where there is one.
 *
 * @param <T> the record
 */
public final class EventDecoder<T extends SpecificRecord> implements AutoCloseable {
    private final RecordReader<T> reader;
    private final SchemaStore bundled;
    private final String schemasTopic;
    private final Optional<FollowedSchemas> followed;
    private final Optional<SchemaRegistry> registry;

    /** A decoder without a registry. */
    public EventDecoder(Class<T> recordClass) {
        this(recordClass, Map.of());
    }

    /**
     * @param recordClass the record that is due
     * @param settings those of a Kafka client; read are {@value SerdeSettings#REGISTRY_URL}, {@value
     *     SerdeSettings#FOLLOWED} and {@value TopicNames#SETTING}
     */
    public EventDecoder(Class<T> recordClass, Map<String, ?> settings) {
        this(recordClass, settings, BundledSchemas.get());
    }

    /** For tests: a reader that carries other schemas. */
    EventDecoder(Class<T> recordClass, Map<String, ?> settings, SchemaStore bundled) {
        this.reader = new RecordReader<>(recordClass);
        this.bundled = bundled;
        this.schemasTopic = TopicNames.in(settings).of(Topics.SCHEMAS);
        this.followed = SerdeSettings.followed(settings);
        this.registry = SerdeSettings.registryUrl(settings).map(url -> new SchemaRegistry(url, settings));
    }

    /**
     * Decodes one value; never blocks but to ask the registry, ten seconds at most.
     *
     * @param topic where it was read
     * @param value the bytes, null for a tombstone; not modified, not kept
     */
    public DecodedEvent<T> decode(String topic, byte[] value) {
        return decode(value, SchemaRegistry::find);
    }

    /**
     * Decodes one value as {@link #decode} does, but never blocks: an id that is not known yet is asked for on another
     * thread, and until the registry has answered the answer is {@link Reason#REGISTRY_UNAVAILABLE}.
     */
    public DecodedEvent<T> decodeAtOnce(String topic, byte[] value) {
        return decode(value, SchemaRegistry::findAtOnce);
    }

    private DecodedEvent<T> decode(byte[] value, BiFunction<SchemaRegistry, Long, SchemaRegistry.Answer> find) {
        if (value == null) {
            return undecodable(Reason.NULL_VALUE, "There is no value, where a " + name() + " is due.");
        }
        if (value.length == 0) {
            return undecodable(Reason.TRUNCATED, "The value is empty, where a " + name() + " is due.");
        }
        if (value[0] == RegistryFraming.FIRST_BYTE) {
            return fromRegistry(value, find);
        }
        if (value[0] == SingleObject.FIRST_BYTE && (value.length == 1 || value[1] == SingleObject.SECOND_BYTE)) {
            return singleObject(value);
        }
        return undecodable(
                Reason.UNKNOWN_FRAMING,
                String.format(
                        "The value begins with %02x; known are c301 (Avro single-object encoding) and 00 (schema"
                                + " registry).",
                        value[0]));
    }

    /**
     * Decodes one value as {@link #decode} does, but blocks as long as its schema is awaited. So the answer is never
     * {@link Reason#SCHEMA_AWAITED}.
     *
     * @throws org.apache.kafka.common.KafkaException where the wait is broken off
     */
    public DecodedEvent<T> decodeWaiting(String topic, byte[] value) {
        DecodedEvent<T> decoded = decode(topic, value);
        while (decoded instanceof Undecodable<T> undecodable && undecodable.reason() == Reason.SCHEMA_AWAITED) {
            followed.orElseThrow().await(SingleObject.fingerprint(value));
            decoded = decode(topic, value);
        }
        return decoded;
    }

    @Override
    public void close() {
        registry.ifPresent(SchemaRegistry::close);
    }

    private DecodedEvent<T> singleObject(byte[] value) {
        if (value.length < SingleObject.HEADER_BYTES) {
            return undecodable(
                    Reason.TRUNCATED,
                    "The value ends within the " + SingleObject.HEADER_BYTES + " bytes of its single-object header.");
        }
        long fingerprint = SingleObject.fingerprint(value);
        return Optional.ofNullable(bundled.findByFingerprint(fingerprint))
                .or(() -> followed.map(schemas -> schemas.findByFingerprint(fingerprint)))
                .map(writer -> reader.read(writer, value, SingleObject.HEADER_BYTES))
                .orElseGet(() -> unknown(fingerprint));
    }

    private DecodedEvent<T> unknown(long fingerprint) {
        String text = SingleObject.text(fingerprint);
        if (followed.isEmpty()) {
            return new Undecodable<>(
                    Reason.UNKNOWN_SCHEMA,
                    "No bundled schema has the fingerprint " + text
                            + "; write with a schema of io/bulwark/schemas, or update this reader.",
                    Optional.of(text));
        }
        return followed.get().isAwaited(fingerprint)
                ? new Undecodable<>(
                        Reason.SCHEMA_AWAITED,
                        "The schema with the fingerprint " + text + " is awaited on " + schemasTopic + ".",
                        Optional.of(text))
                : new Undecodable<>(
                        Reason.UNKNOWN_SCHEMA,
                        "No schema with the fingerprint " + text + " is bundled, and none came on "
                                + schemasTopic + "; its writer must publish it there, or use one of"
                                + " io/bulwark/schemas.",
                        Optional.of(text));
    }

    private DecodedEvent<T> fromRegistry(byte[] value, BiFunction<SchemaRegistry, Long, SchemaRegistry.Answer> find) {
        if (value.length < RegistryFraming.HEADER_BYTES) {
            return undecodable(
                    Reason.TRUNCATED,
                    "The value ends within the " + RegistryFraming.HEADER_BYTES + " bytes of its registry header.");
        }
        long id = RegistryFraming.schemaId(value);
        if (registry.isEmpty()) {
            return undecodable(
                    Reason.REGISTRY_NOT_CONFIGURED,
                    "The value has the framing of a schema registry (id " + id
                            + "), but no registry is configured; set " + SerdeSettings.REGISTRY_URL + ".");
        }
        SchemaRegistry.Answer answer = find.apply(registry.get(), id);
        if (answer instanceof SchemaRegistry.Answer.Found found) {
            return reader.read(found.schema(), value, RegistryFraming.HEADER_BYTES);
        }
        if (answer instanceof SchemaRegistry.Answer.Unavailable unavailable) {
            return undecodable(Reason.REGISTRY_UNAVAILABLE, unavailable.detail());
        }
        if (answer instanceof SchemaRegistry.Answer.Unusable unusable) {
            return undecodable(Reason.UNUSABLE_SCHEMA, unusable.detail());
        }
        return undecodable(Reason.UNKNOWN_SCHEMA, "The schema registry has no schema of id " + id + ".");
    }

    private DecodedEvent<T> undecodable(Reason reason, String detail) {
        return new Undecodable<>(reason, detail, Optional.empty());
    }

    private String name() {
        return reader.schema().getName();
    }

    /**
     * The header of Avro's single-object encoding: the bytes C3 01 and the fingerprint of the writer's schema, eight
     * bytes, little-endian.
     *
     * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro: single-object
     *     encoding</a>
     */
    static final class SingleObject {
        static final byte FIRST_BYTE = (byte) 0xC3;
        static final byte SECOND_BYTE = 0x01;
        static final int HEADER_BYTES = 10;

        private SingleObject() {}

        /** The fingerprint that a message claims. The message must be at least {@link #HEADER_BYTES} long. */
        static long fingerprint(byte[] message) {
            return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
        }

        /** A fingerprint as people see it: 16 hexadecimal digits, most significant first. */
        static String text(long fingerprint) {
            return new SchemaKey(fingerprint).toString();
        }
    }

    /** The header of a schema registry's framing: a zero byte and the schema's id, four bytes, big-endian. */
    static final class RegistryFraming {
        static final byte FIRST_BYTE = 0x00;
        static final int HEADER_BYTES = 5;

        private RegistryFraming() {}

        /** The id that a message claims, unsigned. The message must be at least {@link #HEADER_BYTES} long. */
        static long schemaId(byte[] message) {
            return Integer.toUnsignedLong(ByteBuffer.wrap(message).getInt(1));
        }
    }

    /**
     * Reads the bytes behind a header, whichever framing it had, once the writer's schema is known.
     *
     * <p>Thread-safe.
     */
    private static final class RecordReader<T extends SpecificRecord> {
        private final Class<T> recordClass;
        private final SpecificData data;
        private final Schema schema;
        private final Map<Schema, DatumReader<T>> readers = new ConcurrentHashMap<>();

        RecordReader(Class<T> recordClass) {
            this.recordClass = recordClass;
            this.data = SpecificData.getForClass(recordClass);
            this.schema = data.getSchema(recordClass);
        }

        Schema schema() {
            return schema;
        }

        /**
         * @param writer the schema that the bytes were written with
         * @param message the whole message
         * @param offset where the record begins in it
         */
        DecodedEvent<T> read(Schema writer, byte[] message, int offset) {
            var reader = readers.get(writer);
            if (reader == null) {
                if (!writer.getFullName().equals(schema.getFullName())) {
                    return undecodable(
                            Reason.WRONG_SCHEMA,
                            "The value is a " + writer.getFullName() + ", where a " + schema.getFullName() + " is due.",
                            writer);
                }
                if (!readable(writer)) {
                    return undecodable(
                            Reason.WRONG_SCHEMA,
                            "The value is a " + writer.getFullName() + " of a schema that is not compatible with this"
                                    + " reader's.",
                            writer);
                }
                reader = readers.computeIfAbsent(writer, known -> new SpecificDatumReader<>(known, schema, data));
            }
            BoundedDecoder decoder = new BoundedDecoder(message, offset);
            try {
                return read(reader, writer, decoder);
            } finally {
                decoder.release();
            }
        }

        private DecodedEvent<T> read(DatumReader<T> reader, Schema writer, BoundedDecoder decoder) {
            T value;
            try {
                value = recordClass.cast(reader.read(null, decoder));
            } catch (IOException | RuntimeException broken) {
                return undecodable(
                        Reason.MALFORMED,
                        "The bytes are no " + schema.getName() + " of this schema: " + broken.getMessage(),
                        writer);
            }
            if (decoder.remaining() > 0) {
                return undecodable(
                        Reason.MALFORMED,
                        "The " + schema.getName() + " is followed by " + decoder.remaining()
                                + " bytes that do not belong to it; did the producer append a newline?",
                        writer);
            }
            return new DecodedEvent.Event<>(value);
        }

        private boolean readable(Schema writer) {
            return SchemaCompatibility.checkReaderWriterCompatibility(schema, writer)
                            .getType()
                    == SchemaCompatibilityType.COMPATIBLE;
        }

        private DecodedEvent<T> undecodable(Reason reason, String detail, Schema writer) {
            return new DecodedEvent.Undecodable<>(
                    reason,
                    detail,
                    Optional.of(EventDecoder.SingleObject.text(SchemaNormalization.parsingFingerprint64(writer))));
        }
    }
}
