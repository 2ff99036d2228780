package io.bulwark.imaging.webp;

/** Prediction of subblocks of 4x4 luma samples (RFC 6386, section 12.3). One instance serves one picture. */
final class Vp8Subblocks {

    private final Vp8Plane plane;

    /** The 13 samples around the subblock: 4 at the left from below, the corner, 4 above, 4 above to the right. */
    private final int[] e = new int[13];

    Vp8Subblocks(Vp8Plane plane) {
        this.plane = plane;
    }

    /**
     * Predicts a subblock.
     *
     * @param at index of its first sample
     * @param right the four samples above to the right
     */
    void predict(int mode, int at, int[] right) {
        for (int i = 0; i < 4; i++) {
            e[3 - i] = plane.get(at + i * plane.stride - 1);
            e[5 + i] = plane.get(at - plane.stride + i);
            e[9 + i] = right[i];
        }
        e[4] = plane.get(at - plane.stride - 1);
        switch (mode) {
            case Vp8Modes.DC -> {
                int sum = 4;
                for (int i = 0; i < 4; i++) {
                    sum += e[i] + e[5 + i];
                }
                for (int i = 0; i < 16; i++) {
                    set(at, i & 3, i >> 2, sum >> 3);
                }
            }
            case Vp8Modes.TRUE_MOTION -> plane.trueMotion(at, 4);
            case Vp8Modes.VERTICAL -> {
                for (int i = 0; i < 16; i++) {
                    set(at, i & 3, i >> 2, smooth(5 + (i & 3)));
                }
            }
            case Vp8Modes.HORIZONTAL -> {
                for (int i = 0; i < 16; i++) {
                    int row = i >> 2;
                    set(at, i & 3, row, row < 3 ? smooth(3 - row) : e[1] + 3 * e[0] + 2 >> 2);
                }
            }
            case Vp8Modes.LEFT_DOWN -> {
                for (int i = 0; i < 16; i++) {
                    int from = 6 + (i & 3) + (i >> 2);
                    set(at, i & 3, i >> 2, from < 12 ? smooth(from) : e[11] + 3 * e[12] + 2 >> 2);
                }
            }
            case Vp8Modes.RIGHT_DOWN -> {
                for (int i = 0; i < 16; i++) {
                    set(at, i & 3, i >> 2, smooth(4 + (i & 3) - (i >> 2)));
                }
            }
            case Vp8Modes.VERTICAL_RIGHT -> verticalRight(at);
            case Vp8Modes.VERTICAL_LEFT -> verticalLeft(at);
            case Vp8Modes.HORIZONTAL_DOWN -> horizontalDown(at);
            default -> horizontalUp(at);
        }
    }

    private void verticalRight(int at) {
        for (int x = 0; x < 4; x++) {
            set(at, x, 0, mean(4 + x));
            set(at, x, 1, smooth(4 + x));
            set(at, x, 2, x == 0 ? smooth(3) : mean(3 + x));
            set(at, x, 3, x == 0 ? smooth(2) : smooth(3 + x));
        }
    }

    private void verticalLeft(int at) {
        for (int x = 0; x < 4; x++) {
            set(at, x, 0, mean(5 + x));
            set(at, x, 1, smooth(6 + x));
            set(at, x, 2, x == 3 ? smooth(10) : mean(6 + x));
            set(at, x, 3, x == 3 ? smooth(11) : smooth(7 + x));
        }
    }

    private void horizontalDown(int at) {
        for (int y = 0; y < 4; y++) {
            set(at, 0, y, mean(3 - y));
            set(at, 1, y, smooth(4 - y));
            set(at, 2, y, y == 0 ? smooth(5) : mean(4 - y));
            set(at, 3, y, y == 0 ? smooth(6) : smooth(5 - y));
        }
    }

    private void horizontalUp(int at) {
        // Steps of half a sample down the left side, and its last sample from there on.
        for (int i = 0; i < 16; i++) {
            int step = (i & 3) + 2 * (i >> 2);
            int from = 3 - step / 2;
            int value;
            if (step > 5) {
                value = e[0];
            } else if (step == 5) {
                value = e[1] + 3 * e[0] + 2 >> 2;
            } else if (step % 2 == 0) {
                value = mean(from - 1);
            } else {
                value = smooth(from - 1);
            }
            set(at, i & 3, i >> 2, value);
        }
    }

    /** The mean of a sample and the next. */
    private int mean(int i) {
        return e[i] + e[i + 1] + 1 >> 1;
    }

    /** The weighted mean of a sample and its neighbours. */
    private int smooth(int i) {
        return e[i - 1] + 2 * e[i] + e[i + 1] + 2 >> 2;
    }

    private void set(int at, int x, int y, int value) {
        plane.samples[at + y * plane.stride + x] = (byte) value;
    }
}
