package io.bulwark.schemas.serde;

import io.bulwark.schemas.serde.DecodedEvent.Reason;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads the bytes behind a header, whichever framing it had, once the writer's schema is known.
 *
 * <p>Thread-safe.
 */
final class RecordReader<T extends SpecificRecord> {
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
