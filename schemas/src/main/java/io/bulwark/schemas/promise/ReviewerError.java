package io.bulwark.schemas.promise;

/**
 * Bounds of how often adjudicated reviewers are wrong, from items whose answer is known.
 *
 * @param into u, at least the chance that what is outside the base is called inside, in [0, 1]
 * @param outOf v, at least the chance that what is inside is called outside, in [0, 1]
 */
public record ReviewerError(double into, double outOf) {

    /** Reviewers who are never wrong. */
    public static final ReviewerError NONE = new ReviewerError(0, 0);

    /** With a larger bound no rate is watched: bets are sized for errors up to here. */
    public static final double MOST = 0.2;

    private static final int HALVINGS = 60;

    public ReviewerError {
        if (!(into >= 0 && into <= 1 && outOf >= 0 && outOf <= 1)) {
            throw new IllegalArgumentException("Bounds of errors are in [0, 1], not " + into + " and " + outOf + ".");
        }
    }

    /** Whether a rate can be watched with them. */
    public boolean isUsable() {
        return into <= MOST && outOf <= MOST;
    }

    /**
     * Bounds from known items.
     *
     * @param outside known items outside the base, and how many of them were called inside
     * @param inside known items inside the base, and how many of them were called outside
     * @param delta chance, in (0, 1), that at some time one of the two bounds is too small
     */
    public static ReviewerError of(Answers outside, Answers inside, double delta) {
        return new ReviewerError(upper(outside, delta / 2), upper(inside, delta / 2));
    }

    /** Known items that were answered, and wrong answers among them. */
    public record Answers(long answered, long wrong) {

        public static final Answers NONE = new Answers(0, 0);

        public Answers {
            if (wrong < 0 || wrong > answered) {
                throw new IllegalArgumentException(wrong + " wrong answers among " + answered + " are impossible.");
            }
        }
    }

    /**
     * The upper end of a confidence sequence of a Bernoulli mean, valid at all times at once: the largest q against
     * which the beta-binomial mixture martingale with Jeffreys' prior is below 1 / delta (Robbins, Annals of
     * Mathematical Statistics 1970; Howard et al., Annals of Statistics 2021, section 3).
     */
    static double upper(Answers answers, double delta) {
        long right = answers.answered() - answers.wrong();
        double mixture = 0;
        for (long i = 0; i < answers.wrong(); i++) {
            mixture += Math.log(i + 0.5);
        }
        for (long i = 0; i < right; i++) {
            mixture += Math.log(i + 0.5);
        }
        for (long i = 1; i <= answers.answered(); i++) {
            mixture -= Math.log(i);
        }
        double low = answers.answered() == 0 ? 1 : answers.wrong() / (double) answers.answered(); // none: 1
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double q = (low + high) / 2;
            double likelihood = answers.wrong() * Math.log(q) + right * Math.log1p(-q);
            if (mixture - likelihood < -Math.log(delta)) {
                low = q;
            } else {
                high = q;
            }
        }
        return high;
    }
}
