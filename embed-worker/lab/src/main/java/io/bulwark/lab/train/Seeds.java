package io.bulwark.lab.train;

import java.util.SplittableRandom;

/** One seed to the many independent ones that a training or an inversion needs, each for a purpose and a place. */
public final class Seeds {

    static final int ORDER = 1;
    static final int CROP = 2;
    static final int START = 3;
    static final int BOUND = 4;
    public static final int ADAPTER = 5;
    static final int EVERYDAY = 6;
    public static final int INVERSION = 7;
    static final int DEVIATION = 8;

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private Seeds() {}

    /**
     * @param purpose one of the constants
     * @param step or epoch
     * @param place within it
     */
    static long seed(long seed, int purpose, long step, int place) {
        long mixed = seed;
        for (long part : new long[] {purpose, step, place}) {
            mixed = mix(mixed + GOLDEN_GAMMA * (part + 1));
        }
        return mixed;
    }

    public static SplittableRandom random(long seed, int purpose, long step, int place) {
        return new SplittableRandom(seed(seed, purpose, step, place));
    }

    /** Stafford's mixer 13. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
