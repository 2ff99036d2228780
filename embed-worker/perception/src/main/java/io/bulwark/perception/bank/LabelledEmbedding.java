package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One reference of a bank. It has one row and one more for each variant, and votes once, by the nearest of them.
 *
 * @param id unique in the bank
 * @param label its class; the policy says which are flagged
 * @param embedding unit row of the bank's dimension; not copied, not to be modified
 * @param sourceSha256 of the file that it was made from, where it is known
 * @param variants everyday variants of the picture, at most {@value #MOST_VARIANTS}
 */
public record LabelledEmbedding(
        String id, String label, float[] embedding, Optional<Sha256> sourceSha256, List<ReferenceVariant> variants) {

    /** So that a reference has six rows at most: what a search costs is bounded by the number of references. */
    public static final int MOST_VARIANTS = 5;

    /** Its own row and those of its variants. */
    public static final int MOST_ROWS = 1 + MOST_VARIANTS;

    public LabelledEmbedding {
        variants = List.copyOf(variants);
    }

    /** A reference without variants. */
    public LabelledEmbedding(String id, String label, float[] embedding, Optional<Sha256> sourceSha256) {
        this(id, label, embedding, sourceSha256, List.of());
    }

    /** A reference of which no file and no variant is known. */
    public LabelledEmbedding(String id, String label, float[] embedding) {
        this(id, label, embedding, Optional.empty());
    }

    /** The same reference, made from the file of this hash. */
    public LabelledEmbedding from(Optional<Sha256> sha256) {
        return new LabelledEmbedding(id, label, embedding, sha256, variants);
    }

    /**
     * The same reference with these variants alone.
     *
     * @throws InvalidReferenceException if they are too many, two have one name, or one is no unit row of its dimension
     */
    public LabelledEmbedding with(List<ReferenceVariant> others) {
        UnitRow.checkVariants(id, others, embedding.length, UnitRow.TOLERANCE);
        return new LabelledEmbedding(id, label, embedding, sourceSha256, others);
    }

    /**
     * The reference of an event of the references topic, without its variants.
     *
     * @param half the row in IEEE half precision, little-endian; brought back to length 1 after decoding
     * @throws InvalidReferenceException if the bytes are not a unit row
     */
    public static LabelledEmbedding ofHalf(String id, String label, byte[] half) {
        UnitRow.checkNames(id, label);
        return new LabelledEmbedding(id, label, UnitRow.ofHalf(id, half));
    }

    /**
     * One of its rows.
     *
     * @param variant which; empty for its own
     * @throws IllegalArgumentException if it has no such variant
     */
    public float[] row(Optional<String> variant) {
        return variant.isEmpty()
                ? embedding
                : variants.stream()
                        .filter(each -> each.name().equals(variant.get()))
                        .map(ReferenceVariant::embedding)
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException("reference " + id + " has no variant " + variant.get()));
    }

    /** All rows, its own first. */
    List<float[]> rows() {
        return Stream.concat(Stream.of(embedding), variants.stream().map(ReferenceVariant::embedding))
                .toList();
    }
}
