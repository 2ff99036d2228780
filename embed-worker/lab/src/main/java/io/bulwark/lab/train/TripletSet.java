package io.bulwark.lab.train;

import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.data.Triplet;
import java.util.Arrays;
import java.util.List;

/** Triplets that people answered, their pictures as an encoder takes them. Immutable; any thread. */
interface TripletSet {

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

    /**
     * Triplets for a training, whose pictures are read again each time: a data set of them does not fit in memory.
     *
     * @param triplets at least one
     * @param reader at the encoder's input
     */
    record ReadTriplets(List<Triplet> triplets, ExactPictureReader reader) implements TripletSet {

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

    /**
     * Three embeddings of a two-alternative forced choice, or what changes with each of them.
     *
     * @param reference {@code [D]}
     * @param chosen of the alternative that people chose
     * @param other of the other one
     */
    record EmbeddedTriplet(float[] reference, float[] chosen, float[] other) {

        /**
         * One of a batch.
         *
         * @param rows {@code [triplets, 3, D]}: reference, chosen, other
         * @param place of the triplet
         */
        static EmbeddedTriplet at(float[] rows, int place, int dimension) {
            int from = 3 * place * dimension;
            return new EmbeddedTriplet(
                    Arrays.copyOfRange(rows, from, from + dimension),
                    Arrays.copyOfRange(rows, from + dimension, from + 2 * dimension),
                    Arrays.copyOfRange(rows, from + 2 * dimension, from + 3 * dimension));
        }

        /** The way back from {@link #at}: writes the three into a batch. */
        void write(float[] rows, int place) {
            int dimension = reference.length;
            int from = 3 * place * dimension;
            System.arraycopy(reference, 0, rows, from, dimension);
            System.arraycopy(chosen, 0, rows, from + dimension, dimension);
            System.arraycopy(other, 0, rows, from + 2 * dimension, dimension);
        }
    }
}
