package io.bulwark.lab.attack.blackbox;

/** One sample's search: the best candidate so far, and the one being asked about. One thread. */
final class SquareSearch {

    private final int sample;
    private final Squares squares;
    private final Pace pace;
    private float[] best;
    private float[] proposal;
    private float loss = Float.NEGATIVE_INFINITY;
    private boolean fooled;
    private boolean begun;

    SquareSearch(int sample, float[] clean, Squares squares, Pace pace) {
        this.sample = sample;
        this.squares = squares;
        this.pace = pace;
        this.best = clean;
    }

    /** Makes the next candidate: the picture itself, a start, then squares. */
    void propose(int side, int largest) {
        if (loss == Float.NEGATIVE_INFINITY) {
            proposal = best;
        } else if (!begun) {
            proposal = squares.first();
            begun = true;
        } else {
            proposal = squares.next(best, Math.min(largest, (int) Math.round(side * pace.factor())));
        }
    }

    /** The answer about the candidate, which is kept where it helps. */
    void heard(float score, boolean fools, boolean held) {
        pace.heard(held ? 1 : 0, 1);
        if (pace.adapts() && held) {
            // The score of what is held back is drawn and says nothing.
            return;
        }
        if (fools || score > loss) {
            best = proposal;
        }
        loss = Math.max(loss, score);
        fooled = fools;
    }

    int sample() {
        return sample;
    }

    float[] proposal() {
        return proposal;
    }

    float[] best() {
        return best;
    }

    float loss() {
        return loss;
    }

    boolean fooled() {
        return fooled;
    }

    /** Where a Square attack's next candidate comes from, in one norm. One sample's; one thread. */
    interface Squares {

        /** The first candidate: {@code [3, H, W]} within the threat model. */
        float[] first();

        /**
         * A candidate that differs from another in one square, or, in l2, two.
         *
         * @param from within the threat model; not modified
         * @param side of the square in pixels, at most the picture's shorter one
         */
        float[] next(float[] from, int side);
    }
}
