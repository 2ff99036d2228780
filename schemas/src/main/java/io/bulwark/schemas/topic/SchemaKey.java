package io.bulwark.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * The key of a schema on {@link Topics#SCHEMAS}: its fingerprint (CRC-64-AVRO of the parsing canonical form), as 16
 * lower-case hexadecimal digits, most significant first.
 *
 * @param fingerprint the number that single-object encoding carries
 */
public record SchemaKey(long fingerprint) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");

    /** The key under which that schema belongs. */
    public static SchemaKey of(Schema schema) {
        return new SchemaKey(SchemaNormalization.parsingFingerprint64(schema));
    }

    /** Reads a record's key as it came, UTF-8; empty where it is none. */
    public static Optional<SchemaKey> parse(byte[] key) {
        return Optional.ofNullable(key)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(text -> DIGITS.matcher(text).matches())
                .map(text -> new SchemaKey(Long.parseUnsignedLong(text, 16)));
    }

    /** As it stands on the topic. */
    @Override
    public String toString() {
        return String.format("%016x", fingerprint);
    }
}
