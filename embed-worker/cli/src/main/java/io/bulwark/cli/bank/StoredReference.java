package io.bulwark.cli.bank;

import io.bulwark.events.Reference;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
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
public record StoredReference(ReferenceKey key, Reference value) {

    /** Whether it does not vote at that moment. */
    public boolean isDisabledAt(Instant now) {
        return value.getDisabledUntil() != null && value.getDisabledUntil().isAfter(now);
    }

    /** The id of the picture that a reference's id belongs to: a transparent one has two references. */
    public static String picture(String referenceId) {
        return referenceId.replaceFirst("@(white|black)$", "");
    }

    /** Dimensions of the embedding. */
    int dimension() {
        return value.getEmbedding().remaining() / Short.BYTES;
    }

    /** @throws io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException if a row is no unit row, or it has no label */
    public LabelledEmbedding embedding() {
        String id = key.referenceId();
        return LabelledEmbedding.ofHalf(id, value.getLabel(), bytes(value.getEmbedding()))
                .from(Optional.ofNullable(value.getSourceSha256()).flatMap(Sha256::find))
                .with(value.getVariants().stream()
                        .map(variant -> ReferenceVariant.ofHalf(id, variant.getName(), bytes(variant.getEmbedding())))
                        .toList());
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }
}
