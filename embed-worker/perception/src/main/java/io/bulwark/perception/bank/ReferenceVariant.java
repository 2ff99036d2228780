package io.bulwark.perception.bank;

/**
 * One more row of a reference: what the model makes of its picture after something that people do with pictures.
 *
 * @param name what was done, such as {@code border}; unique in its reference
 * @param embedding unit row of the bank's dimension; not copied, not to be modified
 */
public record ReferenceVariant(String name, float[] embedding) {

    /**
     * The variant of an event of the references topic.
     *
     * @param referenceId whose variant it is
     * @param half the row in IEEE half precision, little-endian; brought back to length 1 after decoding
     * @throws InvalidReferenceException if the bytes are not a unit row
     */
    public static ReferenceVariant ofHalf(String referenceId, String name, byte[] half) {
        return new ReferenceVariant(name, UnitRow.ofHalf(referenceId, half));
    }
}
