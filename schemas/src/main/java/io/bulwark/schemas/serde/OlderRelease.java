package io.bulwark.schemas.serde;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.RawMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Makes of an event what a program of an older release would have written. The event is encoded with the present schema
 * and read as the older one, so that Avro's own rules decide what becomes of fields and symbols that the older lacks.
 *
 * <p>Thread-safe.
 */
final class OlderRelease<T extends SpecificRecord> {
    private final RawMessageEncoder<T> present;
    private final GenericDatumReader<GenericRecord> resolver;
    private final BinaryMessageEncoder<GenericRecord> singleObject;

    OlderRelease(SpecificData data, Schema present, Schema older) {
        this.present = new RawMessageEncoder<>(data, present, false);
        this.resolver = new GenericDatumReader<>(present, older);
        this.singleObject = new BinaryMessageEncoder<>(GenericData.get(), older);
    }

    /** The event under the older schema. */
    GenericRecord of(T event) throws IOException {
        BoundedDecoder decoder = new BoundedDecoder(EncodedBytes.of(present, event), 0);
        try {
            return resolver.read(null, decoder);
        } finally {
            decoder.release();
        }
    }

    /** The event under the older schema, in single-object encoding. */
    byte[] encode(T event) throws IOException {
        return EncodedBytes.of(singleObject, of(event));
    }
}
