package io.bulwark.imaging.mask;

/**
 * What lies behind hidden pixels, guessed as smoothly as possible: a membrane that is held at the pixels around, the
 * solution of Laplace's equation, from coarse to fine (push and pull: Gortler et al., "The Lumigraph", SIGGRAPH 1996)
 * with sweeps of Gauss and Seidel at each scale. A fixed number of steps in a fixed order, so that every machine finds
 * the same. For one mask it is a linear function of the other pixels, and {@link #pullBack} is its transpose.
 * Immutable; any thread.
 */
public final class MembraneFill {

    private static final int SWEEPS = 6;

    private final int width;
    private final int height;
    private final boolean[] hidden;
    private final float[] weight;
    private final MembraneFill coarser;

    /**
     * @param hidden {@code [height, width]}; not copied
     * @throws IllegalArgumentException if it hides all, or is of another size
     */
    public MembraneFill(int width, int height, boolean[] hidden) {
        this(width, height, hidden, weights(hidden));
        if (hidden.length != width * height || hides(hidden, true)) {
            throw new IllegalArgumentException("a mask of %dx%d pixels, found %d, must leave one to fill from"
                    .formatted(width, height, hidden.length));
        }
    }

    private MembraneFill(int width, int height, boolean[] hidden, float[] weight) {
        this.width = width;
        this.height = height;
        this.hidden = hidden;
        this.weight = weight;
        this.coarser = hides(hidden, false) || width * height == 1 ? null : coarser();
    }

    private static float[] weights(boolean[] hidden) {
        float[] weight = new float[hidden.length];
        for (int i = 0; i < hidden.length; i++) {
            weight[i] = hidden[i] ? 0 : 1;
        }
        return weight;
    }

    /** Whether it hides all, or none. */
    private static boolean hides(boolean[] hidden, boolean all) {
        for (boolean one : hidden) {
            if (one != all) {
                return false;
            }
        }
        return true;
    }

    private MembraneFill coarser() {
        int across = (width + 1) / 2;
        int down = (height + 1) / 2;
        float[] sums = new float[across * down];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                sums[y / 2 * across + x / 2] += weight[y * width + x];
            }
        }
        boolean[] empty = new boolean[sums.length];
        for (int i = 0; i < sums.length; i++) {
            empty[i] = sums[i] == 0;
        }
        return new MembraneFill(across, down, empty, sums);
    }

    /**
     * Fills.
     *
     * @param plane {@code [height, width]}; hidden values are replaced
     */
    public void fill(float[] plane) {
        if (coarser == null) {
            return;
        }
        float[] means = new float[coarser.hidden.length];
        for (int i = 0; i < plane.length; i++) {
            if (!hidden[i]) {
                int above = above(i);
                means[above] += weight[i] / coarser.weight[above] * plane[i];
            }
        }
        coarser.fill(means);
        for (int i = 0; i < plane.length; i++) {
            if (hidden[i]) {
                plane[i] = means[above(i)];
            }
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int step = 0; step < plane.length; step++) {
                // Forth and back, so that nothing drifts one way.
                int i = sweep % 2 == 0 ? step : plane.length - 1 - step;
                if (hidden[i]) {
                    relax(plane, i);
                }
            }
        }
    }

    private int above(int i) {
        return i / width / 2 * coarser.width + i % width / 2;
    }

    private void relax(float[] plane, int i) {
        int x = i % width;
        int y = i / width;
        float sum = 0;
        int count = 0;
        if (x > 0) {
            sum += plane[i - 1];
            count++;
        }
        if (x < width - 1) {
            sum += plane[i + 1];
            count++;
        }
        if (y > 0) {
            sum += plane[i - width];
            count++;
        }
        if (y < height - 1) {
            sum += plane[i + width];
            count++;
        }
        plane[i] = sum / count;
    }

    /**
     * Turns derivatives by filled values into derivatives by the values that they were filled from.
     *
     * @param slope {@code [height, width]}; modified, 0 where hidden
     */
    public void pullBack(float[] slope) {
        if (coarser == null) {
            return;
        }
        for (int sweep = SWEEPS - 1; sweep >= 0; sweep--) {
            for (int step = slope.length - 1; step >= 0; step--) {
                int i = sweep % 2 == 0 ? step : slope.length - 1 - step;
                if (hidden[i]) {
                    spread(slope, i);
                }
            }
        }
        float[] means = new float[coarser.hidden.length];
        for (int i = 0; i < slope.length; i++) {
            if (hidden[i]) {
                means[above(i)] += slope[i];
                slope[i] = 0;
            }
        }
        coarser.pullBack(means);
        for (int i = 0; i < slope.length; i++) {
            if (!hidden[i]) {
                int above = above(i);
                slope[i] += weight[i] / coarser.weight[above] * means[above];
            }
        }
    }

    private void spread(float[] slope, int i) {
        int x = i % width;
        int y = i / width;
        int count = (x > 0 ? 1 : 0) + (x < width - 1 ? 1 : 0) + (y > 0 ? 1 : 0) + (y < height - 1 ? 1 : 0);
        float share = slope[i] / count;
        slope[i] = 0;
        if (x > 0) {
            slope[i - 1] += share;
        }
        if (x < width - 1) {
            slope[i + 1] += share;
        }
        if (y > 0) {
            slope[i - width] += share;
        }
        if (y < height - 1) {
            slope[i + width] += share;
        }
    }
}
