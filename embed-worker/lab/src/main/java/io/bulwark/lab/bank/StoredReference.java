package io.bulwark.lab.bank;

import io.bulwark.events.Reference;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * A reference as the topic holds it.
 *
 * @param key its place
 * @param value its content
 */
record StoredReference(ReferenceKey key, Reference value) {

    /** Whether it does not vote at that moment. */
    boolean isDisabledAt(Instant now) {
        return value.getDisabledUntil() != null && value.getDisabledUntil().isAfter(now);
    }

    /** The id of the picture that a reference's id belongs to: a transparent one has two references. */
    static String picture(String referenceId) {
        return referenceId.replaceFirst("@(white|black)$", "");
    }

    /** Dimensions of the embedding. */
    int dimension() {
        return value.getEmbedding().remaining() / Short.BYTES;
    }

    /** @throws io.bulwark.perception.bank.InvalidReferenceException if it is no unit row with a label */
    LabelledEmbedding embedding() {
        ByteBuffer content = value.getEmbedding().duplicate();
        byte[] half = new byte[content.remaining()];
        content.get(half);
        return LabelledEmbedding.ofHalf(key.referenceId(), value.getLabel(), half)
                .from(Optional.ofNullable(value.getSourceSha256()).flatMap(Sha256::find));
    }
}
