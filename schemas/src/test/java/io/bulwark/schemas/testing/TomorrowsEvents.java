package io.bulwark.schemas.testing;

import io.bulwark.schemas.topic.SchemaKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Events as a program of a release to come would write them: under a schema that has one field more, in first place.
 */
public final class TomorrowsEvents {
    private static final String FIELDS = "\"fields\":[";

    private TomorrowsEvents() {}

    /** The record's schema of tomorrow, which no reader carries. */
    public static Schema schema(Class<? extends SpecificRecord> record) {
        String today = SpecificData.get().getSchema(record).toString();
        int fields = today.indexOf(FIELDS) + FIELDS.length();
        return new Schema.Parser()
                .parse(today.substring(0, fields)
                        + "{\"name\":\"mood\",\"type\":[\"string\",\"null\"],\"default\":\"good\"},"
                        + today.substring(fields));
    }

    /** The event in single-object encoding under the schema of tomorrow. */
    public static <T extends SpecificRecord> byte[] bytes(T event) {
        Schema tomorrow = schema(event.getClass());
        var today = new ByteArrayOutputStream();
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(today, null);
            new SpecificDatumWriter<T>(event.getSchema(), SpecificData.getForClass(event.getClass()))
                    .write(event, encoder);
            GenericRecord moved = new GenericDatumReader<GenericRecord>(event.getSchema(), tomorrow)
                    .read(null, DecoderFactory.get().binaryDecoder(today.toByteArray(), null));
            ByteBuffer message = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), tomorrow).encode(moved);
            var bytes = new byte[message.remaining()];
            message.get(bytes);
            return bytes;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Under which key a schema is published. */
    public static String key(Schema schema) {
        return SchemaKey.of(schema).toString();
    }

    /** As what a schema is published. */
    public static byte[] value(Schema schema) {
        return schema.toString().getBytes(StandardCharsets.UTF_8);
    }
}
