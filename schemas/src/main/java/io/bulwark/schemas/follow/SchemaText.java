package io.bulwark.schemas.follow;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * A schema as another program wrote it. It is held to bounds before Avro's parser sees it, which calls itself for each
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

    /**
     * Whether the time to read bytes of a schema is bounded by their number. Foreign schemas need not be: a
     * record that contains itself overflows the stack of its reader, an array of nulls has any number of items in no
     * bytes, and twenty records that each hold the one before twice make a million values.
     *
     * <p>So a schema must not contain itself, the items of its arrays must take at least a byte, as
     * {@code BoundedDecoder} relies on, and one of its values must consist of at most {@value #MAX_VALUES} smaller
     * ones, an array's items and a map's values counted once. All records of Bulwark are far within.
     */
    static final class SchemaBounds {
        static final int MAX_VALUES = 2_000;
        static final int MAX_DEPTH = 64;

        private static final Size NOTHING = new Size(1, false);
        private static final Size SCALAR = new Size(1, true);

        private final Map<String, Size> records = new HashMap<>();
        private final Set<String> begun = new HashSet<>();

        private SchemaBounds() {}

        /**
         * Of one value of a schema.
         *
         * @param values how many smaller ones it consists of, itself included, at most
         * @param takesBytes whether its encoding has at least one byte
         */
        private record Size(int values, boolean takesBytes) {}

        private static final class UnboundedException extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }

        static boolean hold(Schema schema) {
            try {
                new SchemaBounds().sizeOf(schema, 0);
                return true;
            } catch (UnboundedException beyond) {
                return false;
            }
        }

        private Size sizeOf(Schema schema, int depth) {
            require(depth <= MAX_DEPTH);
            return switch (schema.getType()) {
                case NULL -> NOTHING;
                case FIXED -> schema.getFixedSize() == 0 ? NOTHING : SCALAR;
                case RECORD -> sizeOfRecord(schema, depth);
                case UNION ->
                    new Size(
                            within(1
                                    + schema.getTypes().stream()
                                            .mapToInt(branch ->
                                                    sizeOf(branch, depth + 1).values())
                                            .max()
                                            .orElse(0)),
                            true);
                case ARRAY -> {
                    Size item = sizeOf(schema.getElementType(), depth + 1);
                    require(item.takesBytes());
                    yield new Size(within(1 + item.values()), true);
                }
                case MAP ->
                    new Size(within(1 + sizeOf(schema.getValueType(), depth + 1).values()), true);
                default -> SCALAR;
            };
        }

        private Size sizeOfRecord(Schema record, int depth) {
            String name = record.getFullName();
            Size known = records.get(name);
            if (known != null) {
                return known;
            }
            require(begun.add(name));
            int values = 1;
            boolean takesBytes = false;
            for (Schema.Field field : record.getFields()) {
                Size size = sizeOf(field.schema(), depth + 1);
                values = within(values + size.values());
                takesBytes |= size.takesBytes();
            }
            var size = new Size(values, takesBytes);
            records.put(name, size);
            return size;
        }

        private static int within(int values) {
            require(values <= MAX_VALUES);
            return values;
        }

        private static void require(boolean holds) {
            if (!holds) {
                throw new UnboundedException();
            }
        }
    }

    /** Why a record of {@code moderation.schemas} is not used. */
    public enum Rejection {
        /** The key is not 16 hexadecimal digits. */
        NO_FINGERPRINT("its key is no fingerprint of 16 hexadecimal digits"),
        /** The value is larger than {@value SchemaText#MAX_BYTES} bytes. */
        TOO_LARGE("its value has more than " + SchemaText.MAX_BYTES + " bytes"),
        /** The value's brackets lie deeper in one another than {@value SchemaText#MAX_DEPTH}. */
        TOO_DEEP("its value is nested deeper than " + SchemaText.MAX_DEPTH),
        /** The value is not the JSON of a schema. */
        NO_SCHEMA("its value is no Avro schema"),
        /** The schema has another fingerprint than its key says. */
        OTHER_FINGERPRINT("its schema has another fingerprint than its key"),
        /** A few bytes of the schema could take any time to read; see {@link SchemaBounds}. */
        UNBOUNDED("its schema contains itself, has items that take no bytes, or expands to too many values"),
        /** The store is full; see {@link SchemaBook}. */
        FULL("as many schemas are known as there may be");

        private final String sentence;

        Rejection(String sentence) {
            this.sentence = sentence;
        }

        /** What is the matter with the record, to go on after "because". */
        String sentence() {
            return sentence;
        }
    }
}
