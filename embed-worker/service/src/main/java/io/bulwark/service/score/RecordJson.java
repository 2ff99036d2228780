package io.bulwark.service.score;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * An event's record as JSON's types, by the names of its schema: records and maps as objects, lists as arrays, enums as
 * their names, times as RFC 3339, bytes as base64, a union as what it holds. So the schemas describe it, and no second
 * shape has to be kept.
 */
public final class RecordJson {

    private RecordJson() {}

    /** The fields of a record, in its schema's order. */
    public static Map<String, Object> of(SpecificRecord record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            fields.put(field.name(), value(record.get(field.pos())));
        }
        return fields;
    }

    private static Object value(Object value) {
        if (value instanceof SpecificRecord record) {
            return of(record);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> entries = new LinkedHashMap<>();
            map.forEach((key, each) -> entries.put(key.toString(), value(each)));
            return entries;
        }
        if (value instanceof Iterable<?> list) {
            List<Object> values = new ArrayList<>();
            list.forEach(each -> values.add(value(each)));
            return values;
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return Base64.getEncoder().encodeToString(copy);
        }
        if (value instanceof Instant || value instanceof Enum<?> || value instanceof CharSequence) {
            return value.toString();
        }
        return value;
    }
}
