package io.bulwark.perception.metric;

/**
 * Two-alternative forced choice: which of two images is more like the reference, as NIGHTS asks people.
 *
 * @param left similarity of the left image to the reference
 * @param right similarity of the right image to the reference
 */
public record Choice(double left, double right) {

    /** Side of a choice. */
    public enum Side {
        LEFT,
        RIGHT
    }

    /** The choice that an encoder's embeddings make, each {@code [D]}. */
    public static Choice between(float[] reference, float[] left, float[] right) {
        return new Choice(Cosine.similarity(reference, left), Cosine.similarity(reference, right));
    }

    /** The more similar side; a tie is left. */
    public Side side() {
        return right > left ? Side.RIGHT : Side.LEFT;
    }

    /**
     * The loss that attacks on the metric raise: how much more similar the wrong side is than the one people chose.
     * Positive where the choice is wrong.
     */
    public double marginLoss(Side chosenByPeople) {
        return chosenByPeople == Side.RIGHT ? left - right : right - left;
    }
}
