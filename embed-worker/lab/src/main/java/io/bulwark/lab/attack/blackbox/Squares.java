package io.bulwark.lab.attack.blackbox;

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
