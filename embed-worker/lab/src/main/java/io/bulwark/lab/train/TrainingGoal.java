package io.bulwark.lab.train;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.perception.encoder.Answers;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.util.Map;

/** What training lowers on one shard of a batch. It knows what the frozen parent answered to the shard's clean pictures. */
public interface TrainingGoal {

    /** What the inner attack raises; samples are the shard's pictures by their place in it. */
    EmbeddingLoss inner();

    /**
     * What the inner attack raises, as a function of pixels: {@link #inner()} behind the encoder.
     *
     * @param attacked the tuned encoder
     * @param height of the pixels
     * @param width of the pixels
     */
    default Objective objective(DifferentiableEncoder attacked, int height, int width) {
        return new EncoderObjective(attacked, height, width, inner());
    }

    /**
     * Evaluates the tuned encoder's answers.
     *
     * @param answers a row for each perturbed picture; the remaining rows are for the first pictures as they are
     * @param perturbed how many of the rows are of perturbed pictures
     */
    Lowered evaluate(Answers answers, int perturbed);

    /**
     * A loss and its slope.
     *
     * @param loss the mean over perturbed rows, and the terms of clean rows
     * @param slope of the loss by each answer
     * @param right whether each row is given its class; empty where the goal knows no classes
     */
    record Lowered(double loss, Answers slope, boolean[] right) {}

    /** Makes the goal of a shard. */
    @FunctionalInterface
    interface Maker {

        /**
         * @param parent what the frozen parent answered to the clean pictures
         * @param labels of the pictures
         */
        TrainingGoal of(Answers parent, int[] labels);

        /** Whether it compares with what the parent answers; else the parent is not asked, and answers nothing. */
        default boolean asksParent() {
            return true;
        }

        /** What it is beside the recipe, line by line, for provenance and for comparing trainings. */
        default Map<String, String> describe() {
            return Map.of();
        }
    }
}
