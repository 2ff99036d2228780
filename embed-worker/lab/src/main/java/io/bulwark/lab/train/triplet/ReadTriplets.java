package io.bulwark.lab.train.triplet;

import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.data.Triplet;
import java.util.List;

/**
 * Triplets for a training, whose pictures are read again each time: a data set of them does not fit in memory.
 *
 * @param triplets at least one
 * @param reader at the encoder's input
 */
public record ReadTriplets(List<Triplet> triplets, ExactPictureReader reader) implements TripletSet {

    public ReadTriplets {
        triplets = List.copyOf(triplets);
    }

    @Override
    public int size() {
        return triplets.size();
    }

    @Override
    public String name(int index) {
        return triplets.get(index).id();
    }

    @Override
    public float[] planes(int index) {
        return reader.planes(triplets.get(index).pictures());
    }
}
