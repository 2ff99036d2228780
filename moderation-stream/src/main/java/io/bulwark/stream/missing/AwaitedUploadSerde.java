package io.bulwark.stream.missing;

import io.bulwark.events.RecordCoordinates;
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

/** How awaited uploads lie in the store and travel through the internal topic: a format byte, then the parts in order. */
public final class AwaitedUploadSerde implements Serde<AwaitedUpload> {

    private static final byte FORMAT = 1;

    @Override
    public Serializer<AwaitedUpload> serializer() {
        return (topic, upload) -> upload == null ? null : write(upload);
    }

    @Override
    public Deserializer<AwaitedUpload> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(bytes);
    }

    private static byte[] write(AwaitedUpload upload) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            Texts.write(out, upload.tenant());
            Texts.write(out, upload.imageId());
            Texts.write(out, upload.uploaderId());
            Texts.write(out, upload.upload().getTopic());
            out.writeInt(upload.upload().getPartition());
            out.writeLong(upload.upload().getOffset());
            out.writeLong(upload.uploadedAt().toEpochMilli());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static AwaitedUpload read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte format = in.readByte();
            if (format != FORMAT) {
                throw new SerializationException("An awaited upload starts with " + FORMAT + ", found " + format + ".");
            }
            return new AwaitedUpload(
                    Texts.read(in),
                    Texts.read(in),
                    Texts.read(in),
                    new RecordCoordinates(Texts.read(in), in.readInt(), in.readLong()),
                    Instant.ofEpochMilli(in.readLong()));
        } catch (IOException cut) {
            throw new SerializationException("An awaited upload ends early.", cut);
        }
    }
}
