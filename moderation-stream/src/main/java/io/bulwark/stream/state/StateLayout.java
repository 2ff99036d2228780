package io.bulwark.stream.state;

import io.bulwark.events.RecordCoordinates;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * How values lie in stores and internal topics. Of a record: a format byte, then its components in their order. A text
 * is its length in bytes (int) and UTF-8, an instant its milliseconds (long), an enum its name; bytes, collections and
 * maps stand behind their size (int), absent bytes as -1; a component that is {@link Nullable} stands behind a boolean.
 * Of a sealed type the number of the case (byte, from 1 in the order of the source) comes before its components.
 */
public final class StateLayout {

    private static final byte FORMAT = 1;

    private static final Map<Class<?>, Field<?>> KNOWN = Map.of(
            String.class, new Field<>(StateLayout::write, StateLayout::read),
            int.class, new Field<>(DataOutputStream::writeInt, DataInputStream::readInt),
            long.class, new Field<>(DataOutputStream::writeLong, DataInputStream::readLong),
            double.class, new Field<>(DataOutputStream::writeDouble, DataInputStream::readDouble),
            boolean.class, new Field<>(DataOutputStream::writeBoolean, DataInputStream::readBoolean),
            byte[].class, new Field<>(StateLayout::writeBytes, StateLayout::readBytes),
            Instant.class,
                    new Field<Instant>(
                            (out, instant) -> out.writeLong(instant.toEpochMilli()),
                            in -> Instant.ofEpochMilli(in.readLong())),
            RecordCoordinates.class,
                    new Field<RecordCoordinates>(
                            (out, at) -> {
                                write(out, at.getTopic());
                                out.writeInt(at.getPartition());
                                out.writeLong(at.getOffset());
                            },
                            in -> new RecordCoordinates(read(in), in.readInt(), in.readLong())));

    private StateLayout() {}

    /** Marks a component of a record that may be null. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    public @interface Nullable {}

    /** Writes a value. */
    @FunctionalInterface
    public interface Writer<T> {
        void write(DataOutputStream out, T value) throws IOException;
    }

    /** Reads a value. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    /** How a value of one type is written and read. */
    public record Field<T>(Writer<T> writer, Reader<T> reader) {

        /** Bytes of a serde, behind their length. */
        public static <T> Field<T> of(Serde<T> serde) {
            return new Field<>(
                    (out, value) -> writeBytes(out, serde.serializer().serialize("", value)),
                    in -> serde.deserializer().deserialize("", readBytes(in)));
        }
    }

    /**
     * The layout of a record or a sealed type.
     *
     * @param what is stored, for messages
     * @param further types of components
     */
    public static <T> Serde<T> of(String what, Class<T> type, Map<Class<?>, Field<?>> further) {
        Map<Class<?>, Field<?>> known = new HashMap<>(KNOWN);
        known.putAll(further);
        Field<T> field = field(type, known);
        return of(
                what,
                (out, value) -> {
                    out.writeByte(FORMAT);
                    field.writer().write(out, value);
                },
                in -> {
                    format(what, in, FORMAT);
                    return field.reader().read(in);
                });
    }

    /** @see #of(String, Class, Map) */
    public static <T> Serde<T> of(String what, Class<T> type) {
        return of(what, type, Map.of());
    }

    /** A serde that throws a {@link SerializationException} for records that end early. Null is null both ways. */
    public static <T> Serde<T> of(String what, Writer<T> writer, Reader<T> reader) {
        return Serdes.serdeFrom(
                (topic, value) -> {
                    if (value == null) {
                        return null;
                    }
                    var bytes = new ByteArrayOutputStream();
                    try (var out = new DataOutputStream(bytes)) {
                        writer.write(out, value);
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                    return bytes.toByteArray();
                },
                (topic, bytes) -> {
                    if (bytes == null) {
                        return null;
                    }
                    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                        return reader.read(in);
                    } catch (IOException cut) {
                        throw new SerializationException("A record of " + what + " ends early.", cut);
                    }
                });
    }

    /**
     * Reads the format byte.
     *
     * @throws SerializationException where it is another one than those allowed
     */
    public static byte format(String what, DataInputStream in, Byte... allowed) throws IOException {
        byte found = in.readByte();
        if (!List.of(allowed).contains(found)) {
            throw new SerializationException("A record of " + what + " starts with " + List.of(allowed) + ", found "
                    + found + ". It is of another version: start once with an empty bulwark.stream.state-dir and a new"
                    + " bulwark.stream.application-id.");
        }
        return found;
    }

    /** Writes a text. */
    public static void write(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a text. */
    public static String read(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    /** Writes bytes behind their length; null as -1. */
    public static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    /** Reads bytes behind their length. */
    public static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Field<T> field(Type type, Map<Class<?>, Field<?>> known) {
        if (type instanceof ParameterizedType parameterized) {
            return (Field<T>) container(parameterized, known);
        }
        var plain = (Class<T>) type;
        if (known.containsKey(plain)) {
            return (Field<T>) known.get(plain);
        }
        if (plain.isEnum()) {
            return new Field<>((out, value) -> write(out, ((Enum<?>) value).name()), in ->
                    (T) Enum.valueOf((Class) plain, read(in)));
        }
        return plain.isSealed() ? sealed(plain, known) : record(plain, known);
    }

    private static Field<?> container(ParameterizedType type, Map<Class<?>, Field<?>> known) {
        Type[] of = type.getActualTypeArguments();
        Field<Object> first = field(of[0], known);
        if (Map.class.isAssignableFrom((Class<?>) type.getRawType())) {
            Field<Object> second = field(of[1], known);
            return new Field<Map<Object, Object>>(
                    (out, map) -> {
                        out.writeInt(map.size());
                        for (Map.Entry<Object, Object> entry : map.entrySet()) {
                            first.writer().write(out, entry.getKey());
                            second.writer().write(out, entry.getValue());
                        }
                    },
                    in -> {
                        Map<Object, Object> map = new TreeMap<>();
                        for (int left = in.readInt(); left > 0; left--) {
                            map.put(first.reader().read(in), second.reader().read(in));
                        }
                        return map;
                    });
        }
        return new Field<Collection<Object>>(
                (out, values) -> {
                    out.writeInt(values.size());
                    for (Object value : values) {
                        first.writer().write(out, value);
                    }
                },
                in -> {
                    Collection<Object> values = type.getRawType() == List.class ? new ArrayList<>() : new TreeSet<>();
                    for (int left = in.readInt(); left > 0; left--) {
                        values.add(first.reader().read(in));
                    }
                    return values;
                });
    }

    private static <T> Field<T> sealed(Class<T> type, Map<Class<?>, Field<?>> known) {
        List<Class<?>> cases = List.of(type.getPermittedSubclasses());
        List<Field<T>> fields =
                cases.stream().map(each -> StateLayout.<T>field(each, known)).toList();
        return new Field<>(
                (out, value) -> {
                    int place = cases.indexOf(value.getClass());
                    out.writeByte(place + 1);
                    fields.get(place).writer().write(out, value);
                },
                in -> {
                    byte found = in.readByte();
                    if (found < 1 || found > fields.size()) {
                        throw new SerializationException(
                                "There is no " + type.getSimpleName() + " of kind " + found + ".");
                    }
                    return fields.get(found - 1).reader().read(in);
                });
    }

    private static <T> Field<T> record(Class<T> type, Map<Class<?>, Field<?>> known) {
        RecordComponent[] components = type.getRecordComponents();
        List<Field<Object>> fields = new ArrayList<>();
        try {
            Constructor<T> canonical = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            for (RecordComponent component : components) {
                component.getAccessor().setAccessible(true);
                Field<Object> field = field(component.getGenericType(), known);
                fields.add(component.isAnnotationPresent(Nullable.class) ? nullable(field) : field);
            }
            return new Field<>(
                    (out, value) -> {
                        for (int i = 0; i < components.length; i++) {
                            fields.get(i).writer().write(out, called(components[i].getAccessor(), value));
                        }
                    },
                    in -> {
                        Object[] values = new Object[components.length];
                        for (int i = 0; i < values.length; i++) {
                            values[i] = fields.get(i).reader().read(in);
                        }
                        try {
                            return canonical.newInstance(values);
                        } catch (ReflectiveOperationException refused) {
                            throw new SerializationException("No " + type.getSimpleName() + " can be made", refused);
                        }
                    });
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException("Each record has a canonical constructor", impossible);
        }
    }

    private static Object called(Method accessor, Object value) {
        try {
            return accessor.invoke(value);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("Each component has an accessor", impossible);
        }
    }

    private static Field<Object> nullable(Field<Object> field) {
        return new Field<>(
                (out, value) -> {
                    out.writeBoolean(value != null);
                    if (value != null) {
                        field.writer().write(out, value);
                    }
                },
                in -> in.readBoolean() ? field.reader().read(in) : null);
    }
}
