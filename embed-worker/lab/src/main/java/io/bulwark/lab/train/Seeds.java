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
    static final int MIXUP = 9;

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

    /**
     * Which picture comes when: every picture once an epoch, each epoch in a new order. The answer depends on the seed
     * and the position alone, so a training that goes on after a stop sees what it would have seen. One thread.
     */
    static final class Shuffle {

        private final int size;
        private final long seed;
        private final int[] order;
        private long epoch = -1;

        Shuffle(int size, long seed) {
            this.size = size;
            this.seed = seed;
            this.order = new int[size];
        }

        /** The picture at a position of the endless row of epochs. */
        public int at(long position) {
            long wanted = position / size;
            if (wanted != epoch) {
                shuffle(wanted);
            }
            return order[(int) (position % size)];
        }

        private void shuffle(long wanted) {
            SplittableRandom random = Seeds.random(seed, Seeds.ORDER, wanted, 0);
            for (int i = 0; i < size; i++) {
                int other = random.nextInt(i + 1);
                order[i] = order[other];
                order[other] = i;
            }
            epoch = wanted;
        }
    }
}
