package io.bulwark.stream.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Records of state and of internal topics: a byte that says how they are laid out, then the record.
 *
 * @param what whose records they are, for messages
 * @param format of what is written, and of all that is read
 */
public record StateLayout(String what, byte format) {

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

    /**
     * A serde that throws a {@link SerializationException} for records of another format and for those that end early. Null
     * is null both ways.
     */
    public <T> Serde<T> serde(Writer<T> writer, Reader<T> reader) {
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : bytes(writer, value),
                (topic, bytes) -> bytes == null ? null : value(reader, bytes));
    }

    private <T> byte[] bytes(Writer<T> writer, T value) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(format);
            writer.write(out, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private <T> T value(Reader<T> reader, byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte found = in.readByte();
            if (found != format) {
                throw new SerializationException(
                        "A record of " + what + " starts with " + format + ", found " + found + ".");
            }
            return reader.read(in);
        } catch (IOException cut) {
            throw new SerializationException("A record of " + what + " ends early.", cut);
        }
    }
}
