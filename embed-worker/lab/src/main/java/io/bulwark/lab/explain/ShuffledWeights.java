package io.bulwark.lab.explain;

import io.bulwark.perception.encoder.TensorPlace;
import io.bulwark.perception.encoder.TrainableEncoder;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An encoder's weights, shuffled within each tensor: the same numbers, and nothing learnt. A map that stays as it was
 * does not come from what the encoder learnt (Adebayo et al., NeurIPS 2018, section 3).
 */
public final class ShuffledWeights {

    private ShuffledWeights() {}

    /** @return a row for {@code DifferentiableEncoder.setWeights} */
    public static float[] of(TrainableEncoder encoder, long seed) {
        return of(encoder.weights(), encoder.tensors(), seed);
    }

    /** Shuffles a copy. */
    static float[] of(float[] row, List<TensorPlace> tensors, long seed) {
        float[] shuffled = row.clone();
        SplittableRandom random = new SplittableRandom(seed);
        for (TensorPlace tensor : tensors) {
            for (int i = tensor.length() - 1; i > 0; i--) {
                int one = tensor.offset() + i;
                int other = tensor.offset() + random.nextInt(i + 1);
                float kept = shuffled[one];
                shuffled[one] = shuffled[other];
                shuffled[other] = kept;
            }
        }
        return shuffled;
    }
}
