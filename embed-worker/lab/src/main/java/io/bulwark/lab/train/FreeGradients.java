package io.bulwark.lab.train;

import io.bulwark.lab.attack.ThreatModel;
import java.util.Arrays;

/**
 * Free adversarial training: several steps in a row learn a batch. The backward pass that gives a step its gradient by
 * the weights also gives the one by the pixels. That moves the perturbation for the next step by the whole bound, and
 * so raises what the descent lowers. There is no inner attack (Shafahi et al., "Adversarial Training for Free!",
 * NeurIPS 2019, algorithm 1).
 *
 * <p>The perturbation is carried through the replays of its batch alone. In the paper a batch begins with the
 * perturbation that the one before it ended with, which is of other pictures; here it begins at a random point of the
 * ball. So the first step of each batch learns from noise, and a checkpoint, which is written between two batches
 * alone, needs no perturbation.
 *
 * @param replays steps in a row that learn a batch; 1 leaves perturbing to an inner attack
 */
record FreeGradients(int replays) {

    static FreeGradients of(TrainingGoal.Adversary adversary) {
        return new FreeGradients(adversary.replays());
    }

    /** The batch that a step learns. */
    int batch(int step) {
        return step / replays;
    }

    /** Whether a step is the first of its batch. */
    boolean isFirst(int step) {
        return step % replays == 0;
    }

    /**
     * Whether a checkpoint is due: at the end of the first batch that ends at, or after, a multiple of its distance.
     *
     * @param taken steps so far
     * @param every steps between two checkpoints
     */
    boolean isCheckpoint(int taken, int every) {
        return isFirst(taken) && taken / every > (taken - replays) / every;
    }

    /**
     * The step of the perturbation: by the bound in the direction that raises the loss fastest (the gradient's sign for
     * l∞), back into the ball and into [0, 1].
     *
     * @param clean {@code [count, 3, H, W]} in [0, 1]
     * @param perturbed of the same shape, within the threat model; not modified
     * @param gradient of the loss by {@code perturbed}: its first {@code count} rows are read
     */
    static float[] moved(ThreatModel threat, float[] clean, float[] perturbed, float[] gradient, int count) {
        float[] moved = perturbed.clone();
        int length = count == 0 ? 0 : clean.length / count;
        float[] step = Arrays.copyOf(gradient, clean.length);
        for (int from = 0; from < count * length; from += length) {
            threat.norm().steepest(step, from, length);
            for (int i = from; i < from + length; i++) {
                moved[i] += (float) threat.epsilon() * step[i];
            }
            threat.project(clean, moved, from, length);
        }
        return moved;
    }

    String describe() {
        return "none; free gradients, each batch %d steps in a row, from a random start".formatted(replays);
    }
}
