package io.bulwark.stream.decision;

import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.Texts;
import io.bulwark.stream.uploader.Contribution;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/** How earlier contents lie in a stored decision, see {@link StoredDecisionSerde}. An empty text stands for none. */
final class EarlierContents {

    private EarlierContents() {}

    static byte[] write(List<EarlierContent> contents) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(contents.size());
            for (EarlierContent content : contents) {
                RecordCoordinates upload = content.upload();
                Contribution counted = content.counted();
                Texts.write(out, content.sha256() == null ? "" : content.sha256());
                Texts.write(out, upload == null ? "" : upload.getTopic());
                out.writeInt(upload == null ? 0 : upload.getPartition());
                out.writeLong(upload == null ? 0 : upload.getOffset());
                Texts.write(out, counted.uploaderId());
                out.writeLong(counted.uploadedAt().toEpochMilli());
                out.writeByte(counted.decision().ordinal());
                out.writeLong(counted.strikes());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** @param tenant of the image */
    static List<EarlierContent> read(byte[] bytes, String tenant) {
        var contents = new ArrayList<EarlierContent>();
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String sha256 = Texts.read(in);
                String topic = Texts.read(in);
                int partition = in.readInt();
                long offset = in.readLong();
                contents.add(new EarlierContent(
                        sha256.isEmpty() ? null : sha256,
                        topic.isEmpty() ? null : new RecordCoordinates(topic, partition, offset),
                        new Contribution(
                                tenant,
                                Texts.read(in),
                                Instant.ofEpochMilli(in.readLong()),
                                Decision.values()[in.readByte()],
                                in.readLong())));
            }
        } catch (IOException cut) {
            throw new SerializationException("The earlier contents of a stored decision end early.", cut);
        }
        return contents;
    }
}
