package io.bulwark.stream.decision;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.stream.uploader.Contribution;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * How a {@link StoredDecision} lies in the store and its changelog, numbers big-endian: a format byte; the instant that
 * its retention runs from (long, milliseconds since the epoch, as all instants here); the instant that it is counted at
 * (long), as which decision (byte, -1: not counted) and with how many strikes (long); the workers' decision and then each
 * review, each behind its length (int), in the framing of the serdes that are given. What it replaced is a field of the
 * workers' decision. In format 2 the earlier contents follow the header, behind their length (int): each its hash, upload
 * and uploader as texts, then instant, decision and strikes as above. Without earlier contents format 1 is written, which
 * versions before format 2 can read.
 */
public final class StoredDecisionSerde implements Serde<StoredDecision> {

    private static final byte FORMAT = 1;
    private static final byte WITH_EARLIER = 2;
    private static final int HEADER_BYTES = 2 + 3 * Long.BYTES;
    private static final byte NOT_COUNTED = -1;
    private static final byte[] NOTHING = {};

    private final Serde<ModerationDecision> decisions;
    private final Serde<Review> reviews;

    /** @param decisions of the newest release of the schemas, and so the reviews: an older one would lose their content */
    public StoredDecisionSerde(Serde<ModerationDecision> decisions, Serde<Review> reviews) {
        this.decisions = decisions;
        this.reviews = reviews;
    }

    @Override
    public Serializer<StoredDecision> serializer() {
        return (topic, stored) -> stored == null ? null : write(topic, stored);
    }

    @Override
    public Deserializer<StoredDecision> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(topic, bytes);
    }

    private byte[] write(String topic, StoredDecision stored) {
        Standing standing = stored.standing();
        var parts = new ArrayList<byte[]>();
        parts.add(
                standing.byWorker() == null
                        ? NOTHING
                        : decisions
                                .serializer()
                                .serialize(
                                        topic,
                                        ModerationDecision.newBuilder(standing.byWorker())
                                                .setReplaced(stored.replaced())
                                                .build()));
        standing.reviews().forEach(review -> parts.add(reviews.serializer().serialize(topic, review)));
        byte[] earlier = stored.earlier().isEmpty() ? NOTHING : EarlierContents.write(stored.earlier());
        int size = parts.stream().mapToInt(part -> Integer.BYTES + part.length).sum()
                + (earlier.length == 0 ? 0 : Integer.BYTES + earlier.length);
        Contribution counted = stored.counted();
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + size)
                .put(earlier.length == 0 ? FORMAT : WITH_EARLIER)
                .putLong(stored.expiresFrom().toEpochMilli())
                .putLong(counted == null ? 0 : counted.uploadedAt().toEpochMilli())
                .put(counted == null ? NOT_COUNTED : (byte) counted.decision().ordinal())
                .putLong(counted == null ? 0 : counted.strikes());
        if (earlier.length > 0) {
            buffer.putInt(earlier.length).put(earlier);
        }
        parts.forEach(part -> buffer.putInt(part.length).put(part));
        return buffer.array();
    }

    private StoredDecision read(String topic, byte[] bytes) {
        if (bytes.length < HEADER_BYTES || (bytes[0] != FORMAT && bytes[0] != WITH_EARLIER)) {
            throw new SerializationException("A stored decision starts with format byte " + FORMAT + " or "
                    + WITH_EARLIER + " and a header of " + HEADER_BYTES + " bytes, found " + bytes.length + " bytes"
                    + (bytes.length == 0 ? "" : " that start with " + bytes[0])
                    + ". State of another version: start once with an empty bulwark.stream.state-dir and a new"
                    + " bulwark.stream.application-id.");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        Instant expiresFrom = Instant.ofEpochMilli(buffer.getLong());
        Instant countedAt = Instant.ofEpochMilli(buffer.getLong());
        byte countedAs = buffer.get();
        long strikes = buffer.getLong();
        byte[] earlier = bytes[0] == WITH_EARLIER ? part(buffer) : NOTHING;
        byte[] first = part(buffer);
        ModerationDecision written =
                first.length == 0 ? null : decisions.deserializer().deserialize(topic, first);
        List<Review> kept = new ArrayList<>();
        while (buffer.hasRemaining()) {
            kept.add(reviews.deserializer().deserialize(topic, part(buffer)));
        }
        if (written == null) {
            return new StoredDecision(new Standing(null, kept), null, null, List.of(), expiresFrom);
        }
        ModerationDecision byWorker =
                ModerationDecision.newBuilder(written).setReplaced(null).build();
        Contribution counted = countedAs == NOT_COUNTED
                ? null
                : new Contribution(
                        written.getTenant(), written.getUploaderId(), countedAt, Decision.values()[countedAs], strikes);
        return new StoredDecision(
                new Standing(byWorker, kept),
                written.getReplaced(),
                counted,
                earlier.length == 0 ? List.of() : EarlierContents.read(earlier, written.getTenant()),
                expiresFrom);
    }

    private static byte[] part(ByteBuffer buffer) {
        byte[] part = new byte[buffer.getInt()];
        buffer.get(part);
        return part;
    }
}
