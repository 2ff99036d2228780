package io.bulwark.stream.document;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * Makes documents of Avro records. A component of a document has the value of the record's field of that name: an enum
 * as its name, a record as its own document, a list likewise. Thread-safe.
 */
public final class RecordDocuments {

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            try {
                Constructor<?> canonical = type.getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
                return new Shape(components, canonical);
            } catch (NoSuchMethodException impossible) {
                throw new IllegalStateException("Each record has a canonical constructor", impossible);
            }
        }
    };

    private RecordDocuments() {}

    private record Shape(RecordComponent[] components, Constructor<?> canonical) {}

    /**
     * The document of a record; null of null.
     *
     * @param type a public record
     * @param others names and values in turn of components that are not the field of their name
     */
    public static <D> D of(Class<D> type, SpecificRecord record, Object... others) {
        if (record == null) {
            return null;
        }
        Shape shape = SHAPES.get(type);
        Object[] values = new Object[shape.components().length];
        for (int i = 0; i < values.length; i++) {
            RecordComponent component = shape.components()[i];
            int other = Arrays.asList(others).indexOf(component.getName());
            values[i] = other >= 0
                    ? others[other + 1]
                    : value(
                            component.getGenericType(),
                            record.get(record.getSchema()
                                    .getField(component.getName())
                                    .pos()));
        }
        try {
            return type.cast(shape.canonical().newInstance(values));
        } catch (ReflectiveOperationException refused) {
            throw new IllegalStateException("No " + type.getSimpleName() + " can be made of the record", refused);
        }
    }

    private static Object value(Type type, Object found) {
        if (found instanceof Enum<?> constant) {
            return constant.name();
        }
        if (found instanceof SpecificRecord record) {
            return of((Class<?>) type, record);
        }
        if (found instanceof List<?> all) {
            Type element = ((ParameterizedType) type).getActualTypeArguments()[0];
            return all.stream().map(each -> value(element, each)).toList();
        }
        return found;
    }
}
