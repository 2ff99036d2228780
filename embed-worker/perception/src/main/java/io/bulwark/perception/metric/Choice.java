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

    /** Which of three images does not belong, as THINGS asks people: the one outside the most similar pair. */
    public static final class OddOneOut {

        private OddOneOut() {}

        /** 0, 1 or 2; ties go to the lower. Each embedding is {@code [D]}. */
        public static int of(float[] first, float[] second, float[] third) {
            double withoutFirst = Cosine.similarity(second, third);
            double withoutSecond = Cosine.similarity(first, third);
            double withoutThird = Cosine.similarity(first, second);
            if (withoutFirst >= withoutSecond && withoutFirst >= withoutThird) {
                return 0;
            }
            return withoutSecond >= withoutThird ? 1 : 2;
        }
    }
}
