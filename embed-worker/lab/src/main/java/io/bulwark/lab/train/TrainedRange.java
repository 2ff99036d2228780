package io.bulwark.lab.train;

import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.util.List;

/**
 * The parts of a row of weights that training moves.
 *
 * @param tensors that move
 */
record TrainedRange(List<TensorPlace> tensors) {

    public TrainedRange {
        tensors = List.copyOf(tensors);
    }

    /**
     * What a recipe moves.
     *
     * @param head whether classifiers behind the embedding move too
     */
    static TrainedRange of(List<TensorPlace> all, boolean head) {
        return new TrainedRange(
                all.stream().filter(tensor -> head || !tensor.head()).toList());
    }

    /** A range of indices, the last exclusive. */
    @FunctionalInterface
    interface Range {
        void accept(int from, int to);
    }

    void forEach(Range range) {
        for (TensorPlace tensor : tensors) {
            range.accept(tensor.offset(), tensor.offset() + tensor.length());
        }
    }

    /** The Euclidean length of these parts. */
    double norm(float[] row) {
        double[] squares = {0};
        forEach((from, to) -> {
            for (int i = from; i < to; i++) {
                squares[0] += (double) row[i] * row[i];
            }
        });
        return Math.sqrt(squares[0]);
    }

    /**
     * Shortens these parts to a length, as PyTorch's {@code clip_grad_norm_} does.
     *
     * @param row modified
     * @param longest 0 for no bound
     * @return the length before
     */
    double clip(float[] row, double longest) {
        double norm = norm(row);
        if (longest > 0 && norm > longest) {
            float factor = (float) (longest / (norm + 1e-6));
            forEach((from, to) -> {
                for (int i = from; i < to; i++) {
                    row[i] *= factor;
                }
            });
        }
        return norm;
    }
}
