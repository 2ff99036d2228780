package io.bulwark.lab.train;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What training lowers on one shard of a batch. It knows what the frozen parent answered to the shard's clean pictures.
 */
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

    /**
     * Who perturbs the pictures that an encoder learns from.
     *
     * <p>With a mildest share below 1 each shard is perturbed within its own bound, so that a batch holds small and
     * large perturbations side by side. An encoder that was only ever shown perturbations of the whole bound takes
     * pictures that are hardly perturbed for something new.
     *
     * @param threat what may be done to a picture
     * @param inner how it is done; a new seed is drawn for each shard
     * @param mildest the least share of the bound that a shard may be given, in [0, 1]; 1 gives each the whole
     * @param replays how many steps in a row learn a batch. 1: {@code inner} perturbs what each step learns. More:
     *     {@link FreeGradients} do; {@code inner} gives their start, and perturbs pictures that are kept from training
     */
    record Adversary(ThreatModel threat, Pgd inner, double mildest, int replays) {

        public Adversary {
            if (replays < 1) {
                throw new IllegalArgumentException("a batch is learnt " + replays
                        + " times in a row, allowed are 1 and more; 1 perturbs it by an inner attack");
            }
            if (!(mildest >= 0 && mildest <= 1)) {
                throw new IllegalArgumentException("the mildest share of the bound is " + mildest
                        + ", allowed is 0 to 1; 1 gives each shard the whole");
            }
        }

        /** With an inner attack in each step. */
        public Adversary(ThreatModel threat, Pgd inner, double mildest) {
            this(threat, inner, mildest, 1);
        }

        /** The whole bound for each shard, as published. */
        public static Adversary of(ThreatModel threat, Pgd inner) {
            return new Adversary(threat, inner, 1);
        }

        /**
         * The one that a shard meets: bound and steps are scaled alike. The shares of a batch are spread evenly from
         * the mildest to 1, a random one out of each part.
         *
         * @param place of the shard in the batch
         * @param shards of the batch
         */
        Adversary ofShard(long seed, int step, int place, int shards) {
            SplittableRandom random = Seeds.random(seed, Seeds.BOUND, step, place);
            double part = (place % shards + 1 - random.nextDouble()) / shards;
            double share = mildest + (1 - mildest) * part;
            Pgd scaled = new Pgd(
                    inner.iterations(),
                    inner.stepSize() * share,
                    inner.momentum(),
                    inner.randomStart(),
                    Seeds.seed(seed, Seeds.START, step, place));
            return new Adversary(new ThreatModel(threat.norm(), threat.epsilon() * share), scaled, 1, replays);
        }

        /** Whether gradients of the descent move the perturbation, in place of an inner attack. */
        boolean isFree() {
            return replays > 1;
        }
    }
}
