package io.bulwark.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;

/** Records as wild as their schema allows, the same for the same seed. */
final class RandomEvents {
    private RandomEvents() {}

    static <T extends SpecificRecord> T of(Class<T> record, int seed) {
        Schema schema = SpecificData.get().getSchema(record);
        try {
            var decoder = DecoderFactory.get().binaryDecoder(bytes(schema, seed), null);
            return new SpecificDatumReader<>(record).read(null, decoder);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The binary encoding of a random value of that schema, without a header. */
    static byte[] bytes(Schema schema, int seed) throws IOException {
        Object value = new RandomData(schema, 1, seed).iterator().next();
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<>(schema).write(value, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    @SuppressWarnings("unchecked")
    static <T extends SpecificRecord> Class<T> classOf(T event) {
        return (Class<T>) event.getClass();
    }
}
