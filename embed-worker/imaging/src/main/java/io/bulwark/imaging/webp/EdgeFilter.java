package io.bulwark.imaging.webp;

/**
 * Smooths samples on both sides of an edge (RFC 6386, sections 15.2 and 15.3).
 *
 * @param limit of the difference at the edge for inner edges; 4 more for those of macroblocks
 * @param interior limit of differences beside the edge
 * @param highVariance difference above which only two samples are changed
 */
record EdgeFilter(int limit, int interior, int highVariance) {

    private static final int LUMA = 16;

    /**
     * The simple filter, along 16 samples.
     *
     * @param at index of the first sample behind the edge
     * @param across step over the edge
     * @param along step along the edge
     */
    void simple(byte[] s, int at, int across, int along, boolean outer) {
        int most = 2 * (outer ? limit + 4 : limit) + 1;
        for (int i = at; i < at + LUMA * along; i += along) {
            if (step(s, i, across) <= most) {
                two(s, i, across);
            }
        }
    }

    /** The normal filter at a macroblock's edge. */
    void outer(byte[] s, int at, int across, int along, int length) {
        int most = 2 * (limit + 4) + 1;
        for (int i = at; i < at + length * along; i += along) {
            if (isSmooth(s, i, across, most)) {
                if (varies(s, i, across)) {
                    two(s, i, across);
                } else {
                    six(s, i, across);
                }
            }
        }
    }

    /** The normal filter at an edge within a macroblock. */
    void inner(byte[] s, int at, int across, int along, int length) {
        int most = 2 * limit + 1;
        for (int i = at; i < at + length * along; i += along) {
            if (isSmooth(s, i, across, most)) {
                if (varies(s, i, across)) {
                    two(s, i, across);
                } else {
                    four(s, i, across);
                }
            }
        }
    }

    private static int difference(byte[] s, int a, int b) {
        return Math.abs((s[a] & 0xff) - (s[b] & 0xff));
    }

    private static int step(byte[] s, int i, int across) {
        return 4 * difference(s, i - across, i) + difference(s, i - 2 * across, i + across);
    }

    private boolean isSmooth(byte[] s, int i, int across, int most) {
        return step(s, i, across) <= most
                && difference(s, i - 4 * across, i - 3 * across) <= interior
                && difference(s, i - 3 * across, i - 2 * across) <= interior
                && difference(s, i - 2 * across, i - across) <= interior
                && difference(s, i + 3 * across, i + 2 * across) <= interior
                && difference(s, i + 2 * across, i + across) <= interior
                && difference(s, i + across, i) <= interior;
    }

    private boolean varies(byte[] s, int i, int across) {
        return difference(s, i - 2 * across, i - across) > highVariance || difference(s, i + across, i) > highVariance;
    }

    private static void two(byte[] s, int i, int across) {
        int a = 3 * slope(s, i, across) + clip((s[i - 2 * across] & 0xff) - (s[i + across] & 0xff));
        add(s, i - across, clipSmall(a + 3 >> 3));
        add(s, i, -clipSmall(a + 4 >> 3));
    }

    private static void four(byte[] s, int i, int across) {
        int a = 3 * slope(s, i, across);
        int a1 = clipSmall(a + 4 >> 3);
        int a3 = a1 + 1 >> 1;
        add(s, i - 2 * across, a3);
        add(s, i - across, clipSmall(a + 3 >> 3));
        add(s, i, -a1);
        add(s, i + across, -a3);
    }

    private static void six(byte[] s, int i, int across) {
        int a = clip(3 * slope(s, i, across) + clip((s[i - 2 * across] & 0xff) - (s[i + across] & 0xff)));
        for (int k = 0; k < 3; k++) {
            int change = 9 * (3 - k) * a + 63 >> 7;
            add(s, i - (k + 1) * across, change);
            add(s, i + k * across, -change);
        }
    }

    private static int slope(byte[] s, int i, int across) {
        return (s[i] & 0xff) - (s[i - across] & 0xff);
    }

    private static void add(byte[] s, int i, int change) {
        s[i] = Vp8Inverse.clip((s[i] & 0xff) + change);
    }

    private static int clip(int value) {
        return Math.max(-128, Math.min(127, value));
    }

    private static int clipSmall(int value) {
        return Math.max(-16, Math.min(15, value));
    }
}
