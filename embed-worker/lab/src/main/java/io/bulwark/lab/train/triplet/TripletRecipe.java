package io.bulwark.lab.train.triplet;

import io.bulwark.lab.train.Recipe;
import java.util.Map;
import java.util.TreeMap;

/**
 * How something learns what people find more alike, whatever it is that learns. The loss is DreamSim's, a hinge on the
 * difference of cosine distances with a margin of 0.05 there (Fu et al., NeurIPS 2023, section 4.2).
 *
 * @param batch triplets a step
 * @param margin by which the side that people chose shall be nearer
 * @param descent how the weights move, and for how many steps
 * @param seed of the first weights and the order of triplets
 */
public record TripletRecipe(int batch, double margin, Recipe.Descent descent, long seed) {

    public TripletRecipe {
        if (batch < 1 || !(margin >= 0)) {
            throw new IllegalArgumentException(
                    "batch %d, margin %s; allowed are 1 and more, 0 and more".formatted(batch, margin));
        }
    }

    /**
     * How it goes.
     *
     * @param step taken
     * @param loss mean since the last report
     * @param agreement share of triplets, as they came, that were decided as people decided them
     */
    public record Report(int step, double loss, double agreement) {}

    /** What it is, line by line, for provenance. */
    Map<String, String> describe() {
        Map<String, String> lines = new TreeMap<>();
        lines.put("loss", "hinge, margin %s on the difference of cosine distances".formatted(margin));
        lines.put("batch", Integer.toString(batch));
        lines.put("descent", descent.describe());
        lines.put("seed", Long.toString(seed));
        return lines;
    }
}
