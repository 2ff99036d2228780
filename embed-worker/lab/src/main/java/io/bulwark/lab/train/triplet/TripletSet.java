package io.bulwark.lab.train.triplet;

/** Triplets that people answered, their pictures as an encoder takes them. Immutable; any thread. */
public interface TripletSet {

    /** How many there are. */
    int size();

    /** What a triplet is called. */
    String name(int index);

    /**
     * A triplet's pictures.
     *
     * @return {@code [3, 3, H, W]} in [0, 1]: the reference, the side that people chose, the other one
     */
    float[] planes(int index);
}
