package io.bulwark.stream.decision;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.schemas.topic.Topics;
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
 * workers' decision. The format byte leaves room for a later layout beside old state.
 */
public final class StoredDecisionSerde implements Serde<StoredDecision> {

    private static final byte FORMAT = 1;
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
        return (topic, stored) -> stored == null ? null : write(stored);
    }

    @Override
    public Deserializer<StoredDecision> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(bytes);
    }

    private byte[] write(StoredDecision stored) {
        Standing standing = stored.standing();
        var parts = new ArrayList<byte[]>();
        parts.add(
                standing.byWorker() == null
                        ? NOTHING
                        : decisions
                                .serializer()
                                .serialize(
                                        Topics.DECISIONS.topicName(),
                                        ModerationDecision.newBuilder(standing.byWorker())
                                                .setReplaced(stored.replaced())
                                                .build()));
        standing.reviews()
                .forEach(review -> parts.add(reviews.serializer().serialize(Topics.REVIEWS.topicName(), review)));
        int size = parts.stream().mapToInt(part -> Integer.BYTES + part.length).sum();
        Contribution counted = stored.counted();
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + size)
                .put(FORMAT)
                .putLong(stored.expiresFrom().toEpochMilli())
                .putLong(counted == null ? 0 : counted.uploadedAt().toEpochMilli())
                .put(counted == null ? NOT_COUNTED : (byte) counted.decision().ordinal())
                .putLong(counted == null ? 0 : counted.strikes());
        parts.forEach(part -> buffer.putInt(part.length).put(part));
        return buffer.array();
    }

    private StoredDecision read(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != FORMAT) {
            throw new SerializationException("A stored decision starts with format byte " + FORMAT
                    + " and a header of " + HEADER_BYTES + " bytes, found " + bytes.length + " bytes"
                    + (bytes.length == 0 ? "" : " that start with " + bytes[0])
                    + ". State of another version: start once with an empty bulwark.stream.state-dir and a new"
                    + " bulwark.stream.application-id.");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        Instant expiresFrom = Instant.ofEpochMilli(buffer.getLong());
        Instant countedAt = Instant.ofEpochMilli(buffer.getLong());
        byte countedAs = buffer.get();
        long strikes = buffer.getLong();
        byte[] first = part(buffer);
        ModerationDecision written =
                first.length == 0 ? null : decisions.deserializer().deserialize(Topics.DECISIONS.topicName(), first);
        List<Review> kept = new ArrayList<>();
        while (buffer.hasRemaining()) {
            kept.add(reviews.deserializer().deserialize(Topics.REVIEWS.topicName(), part(buffer)));
        }
        if (written == null) {
            return new StoredDecision(new Standing(null, kept), null, null, expiresFrom);
        }
        ModerationDecision byWorker =
                ModerationDecision.newBuilder(written).setReplaced(null).build();
        Contribution counted = countedAs == NOT_COUNTED
                ? null
                : new Contribution(
                        written.getTenant(), written.getUploaderId(), countedAt, Decision.values()[countedAs], strikes);
        return new StoredDecision(new Standing(byWorker, kept), written.getReplaced(), counted, expiresFrom);
    }

    private static byte[] part(ByteBuffer buffer) {
        byte[] part = new byte[buffer.getInt()];
        buffer.get(part);
        return part;
    }
}
