package io.bulwark.perception.audit;

import io.bulwark.perception.metric.Cosine;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far apart two encoders see the same view: {@code 1 - cosine} of their embeddings, cut to [0, 1].
 *
 * <p>The one place where embeddings of two fingerprints meet. No decision is made by it: it is a detector's statistic,
 * whose threshold is calibrated for the very pair.
 */
public final class Drift {

    private Drift() {}

    /**
     * The drift of each view.
     *
     * @param robust unit embeddings by view
     * @param clean those of the twin, of the same views in the same order
     * @return as many values as views; none where the encoders' dimensions differ and no distance exists
     */
    public static List<Double> byView(List<float[]> robust, List<float[]> clean) {
        if (robust.size() != clean.size()) {
            throw new IllegalArgumentException("The twin saw " + clean.size() + " views, allowed are the "
                    + robust.size() + " that the robust encoder saw");
        }
        if (robust.isEmpty() || robust.get(0).length != clean.get(0).length) {
            return List.of();
        }
        return IntStream.range(0, robust.size())
                .mapToObj(view -> between(robust.get(view), clean.get(view)))
                .toList();
    }

    private static double between(float[] robust, float[] clean) {
        return Math.max(0, Math.min(1, 1 - Cosine.similarity(robust, clean)));
    }
}
