package io.bulwark.lab.train;

import java.util.SplittableRandom;

/**
 * Which picture comes when: every picture once an epoch, each epoch in a new order. The answer depends on the seed and
 * the position alone, so a training that goes on after a stop sees what it would have seen. One thread.
 */
public final class Shuffle {

    private final int size;
    private final long seed;
    private final int[] order;
    private long epoch = -1;

    public Shuffle(int size, long seed) {
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
