package io.bulwark.stream.uploader;

import io.bulwark.stream.state.Texts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** How changes travel through the internal topic: a format byte, tenant, uploader, then the numbers in their order. */
public final class UploaderChangeSerde implements Serde<UploaderChange> {

    private static final byte FORMAT = 1;

    @Override
    public Serializer<UploaderChange> serializer() {
        return (topic, change) -> change == null ? null : write(change);
    }

    @Override
    public Deserializer<UploaderChange> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(bytes);
    }

    private static byte[] write(UploaderChange change) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            Texts.write(out, change.tenant());
            Texts.write(out, change.uploaderId());
            out.writeLong(change.at().toEpochMilli());
            for (long number : numbers(change)) {
                out.writeLong(number);
            }
            out.writeBoolean(change.forget());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static UploaderChange read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte format = in.readByte();
            if (format != FORMAT) {
                throw new SerializationException(
                        "A change of uploader statistics starts with " + FORMAT + ", found " + format + ".");
            }
            return new UploaderChange(
                    Texts.read(in),
                    Texts.read(in),
                    Instant.ofEpochMilli(in.readLong()),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readBoolean());
        } catch (IOException cut) {
            throw new SerializationException("A change of uploader statistics ends early.", cut);
        }
    }

    private static long[] numbers(UploaderChange change) {
        return new long[] {
            change.images(),
            change.safe(),
            change.nsfw(),
            change.review(),
            change.refused(),
            change.audits(),
            change.strikes()
        };
    }
}
