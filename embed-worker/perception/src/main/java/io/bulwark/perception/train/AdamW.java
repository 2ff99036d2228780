package io.bulwark.perception.train;

/**
 * Adam with decoupled weight decay, in the order of operations of PyTorch's {@code torch.optim.AdamW} (Loshchilov and
 * Hutter, ICLR 2019). One thread.
 */
final class AdamW {

    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final double EPSILON = 1e-8;

    private final float[] mean;
    private final float[] square;
    private final double weightDecay;
    private int steps;

    /**
     * @param mean running mean of the gradients, one for each weight; modified
     * @param square running mean of their squares; modified
     * @param steps taken so far
     */
    AdamW(float[] mean, float[] square, int steps, double weightDecay) {
        this.mean = mean;
        this.square = square;
        this.steps = steps;
        this.weightDecay = weightDecay;
    }

    float[] mean() {
        return mean;
    }

    float[] square() {
        return square;
    }

    /**
     * Takes a step.
     *
     * @param weights modified
     * @param trained which of them move
     */
    void step(float[] weights, float[] gradient, TrainedRange trained, double rate) {
        steps++;
        double correction1 = 1 - Math.pow(0.9, steps);
        double correction2 = Math.sqrt(1 - Math.pow(0.999, steps));
        float stride = (float) (rate / correction1);
        float root = (float) correction2;
        float epsilon = (float) EPSILON;
        float kept = (float) (1 - rate * weightDecay);
        trained.forEach((from, to) -> {
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                mean[i] += (g - mean[i]) * (1 - BETA_1);
                square[i] = square[i] * BETA_2 + g * g * (1 - BETA_2);
                float denominator = (float) Math.sqrt(square[i]) / root + epsilon;
                weights[i] = weights[i] * kept - stride * mean[i] / denominator;
            }
        });
    }
}
