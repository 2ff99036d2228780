package io.bulwark.lab.model;

import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far embeddings move when pictures are decoded reduced.
 *
 * @param reduced pictures that were decoded reduced; the others are too small, or no JPEGs
 * @param cosines between a view of the whole decode and the same view of the reduced one, ascending
 * @param unmatched views that only one of the two has: a side that is rounded can cross the ratio where tiles begin
 */
record DecodeEffect(int reduced, double[] cosines, int unmatched) {

    /** Adds up pictures. One thread. */
    static final class Tally {

        private final List<Double> cosines = new ArrayList<>();
        private int reduced;
        private int unmatched;

        void add(List<SeenView> whole, List<SeenView> fast, boolean wasReduced) {
            reduced += wasReduced ? 1 : 0;
            Map<String, float[]> byName = new HashMap<>();
            whole.forEach(view -> byName.put(view.name(), view.embedding()));
            for (SeenView view : fast) {
                float[] other = byName.remove(view.name());
                if (other == null) {
                    unmatched++;
                } else {
                    cosines.add(Cosine.similarity(other, view.embedding()));
                }
            }
            unmatched += byName.size();
        }

        DecodeEffect effect() {
            return new DecodeEffect(
                    reduced,
                    cosines.stream().mapToDouble(Double::doubleValue).sorted().toArray(),
                    unmatched);
        }
    }

    double mean() {
        return Arrays.stream(cosines).average().orElse(Double.NaN);
    }

    /**
     * The cosine that a share of all views does not reach.
     *
     * @param share in [0, 1]; 0 is the least cosine
     */
    double quantile(double share) {
        if (cosines.length == 0) {
            return Double.NaN;
        }
        return cosines[(int) Math.min(cosines.length - 1, Math.floor(share * cosines.length))];
    }
}
