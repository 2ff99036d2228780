package io.bulwark.lab.attack.gradient;

/**
 * When APGD looks whether its steps still lead up: the first time after 22 % of the iterations, then at periods that
 * shrink by 3 % to no less than 6 % (Croce and Hein, ICML 2020, section 3.2). One use.
 */
final class Checkpoints {

    private final int shrink;
    private final int shortest;
    private int period;
    private int since;

    Checkpoints(int iterations) {
        period = Math.max((int) (0.22 * iterations), 1);
        shortest = Math.max((int) (0.06 * iterations), 1);
        shrink = Math.max((int) (0.03 * iterations), 1);
    }

    /** Counts an iteration; the length of the period that ends with it, 0 where none does. */
    int tick() {
        if (++since < period) {
            return 0;
        }
        int ended = period;
        since = 0;
        period = Math.max(period - shrink, shortest);
        return ended;
    }
}
