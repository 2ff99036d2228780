package io.bulwark.imaging.pdq;

/** The range of PDQ's quality. */
public final class Quality {

    static final int BEST = 100;

    private Quality() {}

    public static void check(int quality) {
        if (quality < 0 || quality > BEST) {
            throw new IllegalArgumentException("the quality is %d, allowed is 0 to %d".formatted(quality, BEST));
        }
    }
}
