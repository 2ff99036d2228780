package io.bulwark.lab.train;

import io.bulwark.lab.train.Checkpoint.Validation;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.util.List;
import java.util.function.Consumer;

/**
 * Adam with decoupled weight decay, in the order of operations of PyTorch's {@code torch.optim.AdamW} (Loshchilov and
 * Hutter, ICLR 2019). One thread.
 */
public final class AdamW {

    /** How much of the running mean of gradients a step keeps, unless a recipe says otherwise. */
    static final double BETA_1 = 0.9;

    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final float[] mean;
    private final float[] square;
    private final double weightDecay;
    private final double beta1;
    private int steps;

    /**
     * @param mean running mean of the gradients, one for each weight; modified
     * @param square running mean of their squares; modified
     * @param steps taken so far
     */
    public AdamW(float[] mean, float[] square, int steps, double weightDecay) {
        this(mean, square, steps, weightDecay, BETA_1);
    }

    /** @param beta1 how much of the running mean of gradients a step keeps */
    AdamW(float[] mean, float[] square, int steps, double weightDecay, double beta1) {
        this.beta1 = beta1;
        this.mean = mean;
        this.square = square;
        this.steps = steps;
        this.weightDecay = weightDecay;
    }

    /**
     * Takes a step.
     *
     * @param weights modified
     * @param trained which of them move
     */
    void step(float[] weights, float[] gradient, TrainedRange trained, double rate) {
        step(weights, gradient, trained::forEach, rate);
    }

    /** As the other, moving all weights. */
    public void step(float[] weights, float[] gradient, double rate) {
        step(weights, gradient, range -> range.accept(0, weights.length), rate);
    }

    private void step(float[] weights, float[] gradient, Consumer<TrainedRange.Range> moved, double rate) {
        steps++;
        double correction1 = 1 - Math.pow(beta1, steps);
        double correction2 = Math.sqrt(1 - Math.pow(BETA_2, steps));
        float stride = (float) (rate / correction1);
        float root = (float) correction2;
        float epsilon = (float) EPSILON;
        float kept = (float) (1 - rate * weightDecay);
        float keptSquare = (float) BETA_2;
        // Subtracted before it is rounded: 1 - 0.999f is 5e-5 too large, which every step would take part in.
        float newMean = (float) (1 - beta1);
        float newSquare = (float) (1 - BETA_2);
        moved.accept((from, to) -> {
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                mean[i] += (g - mean[i]) * newMean;
                square[i] = square[i] * keptSquare + g * g * newSquare;
                float denominator = (float) Math.sqrt(square[i]) / root + epsilon;
                weights[i] = weights[i] * kept - stride * mean[i] / denominator;
            }
        });
    }

    /** Gradients to new weights: clipping, AdamW at the rate of the schedule, the running average. One thread. */
    static final class WeightUpdate {

        private final Recipe.Descent descent;
        private final Recipe.LearningRate schedule;
        private final TrainedRange trained;
        private final AdamW adam;
        private Checkpoint.TrainingState state;

        /** @param state whose arrays are modified */
        WeightUpdate(
                Recipe.Descent descent,
                Recipe.LearningRate schedule,
                TrainedRange trained,
                Checkpoint.TrainingState state) {
            this.descent = descent;
            this.schedule = schedule;
            this.trained = trained;
            this.state = state;
            this.adam = new AdamW(
                    state.mean(),
                    state.square(),
                    state.steps(),
                    descent.weightDecay(),
                    descent.course().beta1());
        }

        Checkpoint.TrainingState state() {
            return state;
        }

        /** The rate of the next step. */
        double rate() {
            return schedule.at(state.steps());
        }

        /**
         * Shortens a gradient to what the recipe allows.
         *
         * @return its length before
         */
        double clip(float[] gradient) {
            return trained.clip(gradient, descent.clip());
        }

        /** Remembers the best so far. */
        void keep(Validation.BestWeights best) {
            state = state.withBest(best);
        }

        /** Takes a step. */
        public void apply(float[] gradient) {
            adam.step(state.weights(), gradient, trained, rate());
            average();
            state = state.after(1);
        }

        private void average() {
            // A short memory at first: an average that starts at the parent would stay near it for long.
            double kept = Math.min(descent.average(), (1.0 + state.steps()) / (10.0 + state.steps()));
            float share = (float) (1 - kept);
            float[] average = state.average();
            for (int i = 0; i < average.length; i++) {
                average[i] += share * (state.weights()[i] - average[i]);
            }
        }
    }

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
}
