package io.bulwark.schemas.follow;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Whether the time to read bytes of a schema is bounded by their number. Schemas of somebody else need not be: a record
 * that contains itself overflows the stack of its reader, an array of nulls has any number of items in no bytes, and
 * twenty records that each hold the one before twice make a million values.
 *
 * <p>So a schema must not contain itself, the items of its arrays must take at least a byte, as {@code BoundedDecoder}
 * relies on, and one of its values must consist of at most {@value #MAX_VALUES} smaller ones, an array's items and a map's
 * values counted once. All records of Bulwark are far within.
 */
final class SchemaBounds {
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
