package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import java.util.Optional;

/**
 * One reference of a bank.
 *
 * @param id unique in the bank
 * @param label its class; the policy says which are flagged
 * @param embedding unit row of the bank's dimension; not copied, not to be modified
 * @param sourceSha256 of the file that it was made from, where it is known
 */
public record LabelledEmbedding(String id, String label, float[] embedding, Optional<Sha256> sourceSha256) {

    /** A reference of which no file is known. */
    public LabelledEmbedding(String id, String label, float[] embedding) {
        this(id, label, embedding, Optional.empty());
    }

    /** The same reference, made from the file of this hash. */
    public LabelledEmbedding from(Optional<Sha256> sha256) {
        return new LabelledEmbedding(id, label, embedding, sha256);
    }

    /**
     * The reference of an event of the references topic.
     *
     * @param half the row in IEEE half precision, little-endian; brought back to length 1 after decoding
     * @throws InvalidReferenceException if the bytes are not a unit row
     */
    public static LabelledEmbedding ofHalf(String id, String label, byte[] half) {
        if (half.length == 0 || half.length % Short.BYTES != 0) {
            throw new InvalidReferenceException(
                    id,
                    InvalidReferenceException.Problem.DIMENSION,
                    "its embedding has " + half.length + " bytes, allowed is an even number above 0");
        }
        LabelledEmbedding asStored = new LabelledEmbedding(id, label, HalfFloats.decode(half));
        UnitRow.check(asStored, half.length / Short.BYTES, UnitRow.HALF_TOLERANCE);
        return new LabelledEmbedding(id, label, UnitRow.normalised(asStored.embedding()));
    }
}
