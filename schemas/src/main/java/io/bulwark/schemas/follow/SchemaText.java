package io.bulwark.schemas.follow;

import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * A schema as somebody else wrote it. It is held to bounds before Avro's parser sees it, which calls itself for each
 * bracket, and afterwards. What is kept is the schema's parsing canonical form: that decides how bytes are read, while
 * aliases, defaults and notes to code generators are the reader's own business.
 */
final class SchemaText {
    static final int MAX_BYTES = 256 << 10;
    static final int MAX_DEPTH = 64;

    private SchemaText() {}

    /** What became of a text. */
    sealed interface Parsed {
        /** A schema whose bytes can be read within bounds. */
        record Sound(Schema schema) implements Parsed {}

        record Rejected(Rejection reason) implements Parsed {}
    }

    static Parsed parse(byte[] value) {
        if (value.length > MAX_BYTES) {
            return new Parsed.Rejected(Rejection.TOO_LARGE);
        }
        var text = new String(value, StandardCharsets.UTF_8);
        if (depth(text) > MAX_DEPTH) {
            return new Parsed.Rejected(Rejection.TOO_DEEP);
        }
        try {
            Schema schema = new Schema.Parser().parse(text);
            return SchemaBounds.hold(schema)
                    ? new Parsed.Sound(new Schema.Parser().parse(SchemaNormalization.toParsingForm(schema)))
                    : new Parsed.Rejected(Rejection.UNBOUNDED);
        } catch (RuntimeException broken) {
            return new Parsed.Rejected(Rejection.NO_SCHEMA);
        }
    }

    /** How deep the brackets of a JSON text lie in one another; those in its strings do not count. */
    private static int depth(String json) {
        int depth = 0;
        int deepest = 0;
        boolean inString = false;
        for (int i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '"' -> inString = !inString;
                case '\\' -> i += inString ? 1 : 0;
                case '{', '[' -> {
                    depth += inString ? 0 : 1;
                    deepest = Math.max(deepest, depth);
                }
                case '}', ']' -> depth -= inString ? 0 : 1;
                default -> {
                    // nothing that opens or closes
                }
            }
        }
        return deepest;
    }
}
