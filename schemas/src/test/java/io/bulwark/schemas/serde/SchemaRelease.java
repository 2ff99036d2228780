package io.bulwark.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes the files of a release from the present schemas: one self-contained schema a record, and the table of headers.
 * Run by hand when a version is released, into a new folder ({@code src/main/resources/io/bulwark/schemas/v<n>});
 * {@code BundledSchemas.RELEASES} is raised with it.
 */
final class SchemaRelease {
    private SchemaRelease() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        var headers = new StringBuilder("# The ten bytes that begin each value in Avro single-object encoding:"
                + " c301 and the fingerprint of the schema beside this file.\n");
        for (Class<? extends SpecificRecord> record : BundledSchemas.records()) {
            Schema schema = withoutJava(SpecificData.get().getSchema(record));
            Files.writeString(
                    folder.resolve(record.getSimpleName() + ".avsc"),
                    SchemaFormatter.format("json/pretty", schema) + "\n");
            headers.append(header(record.getSimpleName(), schema)).append('\n');
        }
        Files.writeString(folder.resolve("headers.txt"), headers);
    }

    /** A line of the table: the record and the ten bytes in hexadecimal. */
    static String header(String record, Schema schema) {
        return record + " c301" + HexFormat.of().formatHex(fingerprint(schema));
    }

    /** The fingerprint as it is written, little-endian. */
    static byte[] fingerprint(Schema schema) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(SchemaNormalization.parsingFingerprint64(schema))
                .array();
    }

    /** The code generator notes Java's string type in the schemas; it means nothing elsewhere. */
    private static Schema withoutJava(Schema schema) {
        String note = ",\"avro.java.string\":\"String\"";
        return new Schema.Parser()
                .parse(schema.toString()
                        .replace("{\"type\":\"string\"" + note + "}", "\"string\"")
                        .replace(note, ""));
    }
}
