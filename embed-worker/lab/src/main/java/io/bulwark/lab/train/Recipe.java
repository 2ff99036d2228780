package io.bulwark.lab.train;

import io.bulwark.cli.everyday.EverydayVariants.Kind;
import io.bulwark.lab.train.Checkpoint.Validation;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an encoder is tuned. Together with the pictures, the parent and the starting weights it decides every number.
 *
 * @param adversary who perturbs the pictures
 * @param batches how pictures are put together
 * @param variation how a picture is varied from step to step
 * @param terms weights of what is added to the loss
 * @param descent how the weights move
 * @param patience when training stops before its last step
 * @param seed of the order of pictures, the crops and the starts of attacks
 */
public record Recipe(
        TrainingGoal.Adversary adversary,
        Batches batches,
        Variation variation,
        Terms terms,
        Descent descent,
        Patience patience,
        long seed) {

    public Recipe {
        if (variation.mixup() > 0 && batches.shard() < 2) {
            throw new IllegalArgumentException(
                    "mixup needs another picture in each shard; the shard is " + batches.shard() + ", take 2 or more");
        }
    }

    /**
     * How pictures are put together.
     *
     * @param size height and width that the encoder sees
     * @param parentSize height and width of the same picture as its parent sees it: what a smaller input shall keep of
     *     a larger one
     * @param batch pictures a step
     * @param shard pictures a pass; divides the batch
     * @param clean pictures of each shard that are also learnt as they are
     * @param everyday pictures of each shard, its last, that are learnt in an everyday version instead of perturbed
     */
    public record Batches(int size, int parentSize, int batch, int shard, int clean, int everyday) {

        public Batches {
            if (shard < 1 || batch % shard != 0 || !within(clean, shard) || size < 1 || parentSize < 1) {
                throw new IllegalArgumentException(
                        "batch %d, shard %d, clean %d, sizes %d and %d: the shard must divide the batch and hold the clean ones"
                                .formatted(batch, shard, clean, size, parentSize));
            }
            if (!within(everyday, shard)) {
                throw new IllegalArgumentException(
                        "%d everyday pictures in a shard of %d, allowed are 0 to %d".formatted(everyday, shard, shard));
            }
        }

        /** Without everyday versions. */
        public Batches(int size, int parentSize, int batch, int shard, int clean) {
            this(size, parentSize, batch, shard, clean, 0);
        }

        private static boolean within(int part, int shard) {
            return part >= 0 && part <= shard;
        }

        /** Pictures of each shard, its first, that are perturbed. */
        int perturbed() {
            return shard - everyday;
        }

        int shards() {
            return batch / shard;
        }
    }

    /**
     * How a picture is varied from step to step, besides the random square that it is cut to.
     *
     * @param mirror half of the time
     * @param padding black pixels on each side that the square may reach into
     * @param area smallest share of a picture's area that the square may have, in (0, 1]: a small one is enlarged to
     *     the encoder's input; 0 for squares that are never smaller than the input
     * @param mixup both parameters of the beta distribution of the shares in which squares are mixed; 0 mixes none
     */
    public record Variation(boolean mirror, int padding, double area, double mixup) {

        /** The mirror image half of the time. */
        public static final Variation MIRRORED = new Variation(true, 0);

        public Variation {
            if (padding < 0 || !(area >= 0 && area <= 1)) {
                throw new IllegalArgumentException(
                        "padding is %d and area %s, allowed are 0 and more, and 0 to 1".formatted(padding, area));
            }
            if (!(mixup >= 0 && mixup < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "mixup is " + mixup + ", allowed are 0, which mixes none, and more, such as 0.3");
            }
        }

        /** Without mixup. */
        public Variation(boolean mirror, int padding, double area) {
            this(mirror, padding, area, 0);
        }

        /** Squares that are never smaller than the input. */
        public Variation(boolean mirror, int padding) {
            this(mirror, padding, 0);
        }
    }

    /**
     * Weights of what is added to the loss; 0 leaves it as published.
     *
     * @param clean of the loss on pictures as they are
     * @param head of the divergence of the parent's classifier; read by FARE alone
     */
    public record Terms(double clean, double head) {}

    /**
     * How the weights move.
     *
     * @param rate of AdamW at its height
     * @param weightDecay decoupled
     * @param warmUp steps
     * @param steps in all
     * @param clip longest gradient; 0 for no bound
     * @param average share that the running average of the weights keeps at each step; 0 for none. The average, where
     *     there is one, is the result
     * @param head whether a classifier behind the embedding moves too; else it stays as it was at the start
     * @param course how the rate runs
     */
    public record Descent(
            double rate,
            double weightDecay,
            int warmUp,
            int steps,
            double clip,
            double average,
            boolean head,
            Course course) {

        /** How the rate runs, and how soon AdamW forgets gradients. */
        public enum Course {
            /** A warm-up, then half a cosine down to zero. */
            COSINE(AdamW.BETA_1),
            /** The same rate at every step, as DreamSim's code has it (Fu et al., NeurIPS 2023). */
            LEVEL(0.5);

            private final double beta1;

            Course(double beta1) {
                this.beta1 = beta1;
            }

            double beta1() {
                return beta1;
            }
        }

        /** With a warm-up and a cosine. */
        public Descent(
                double rate, double weightDecay, int warmUp, int steps, double clip, double average, boolean head) {
            this(rate, weightDecay, warmUp, steps, clip, average, head, Course.COSINE);
        }

        /** With the classifier as it was at the start. */
        public Descent(double rate, double weightDecay, int warmUp, int steps, double clip, double average) {
            this(rate, weightDecay, warmUp, steps, clip, average, false);
        }

        public Descent {
            if (!(rate > 0) || steps < 1 || warmUp < 0 || !(average >= 0 && average < 1)) {
                throw new IllegalArgumentException("rate %s, warm-up %d, steps %d, average %s are no descent"
                        .formatted(rate, warmUp, steps, average));
            }
        }

        public LearningRate schedule() {
            return course == Course.LEVEL ? done -> rate : LearningRate.cosine(rate, warmUp, steps);
        }

        public String describe() {
            if (course == Course.LEVEL) {
                return text(
                        "AdamW rate %s at each of %d steps, beta1 %s, weight decay %s, clip %s, average %s%s",
                        rate, steps, course.beta1(), weightDecay, clip, average, head ? ", classifier too" : "");
            }
            return text(
                    "AdamW rate %s, weight decay %s, cosine over %d steps after a warm-up of %d, clip %s, average %s%s",
                    rate, weightDecay, steps, warmUp, clip, average, head ? ", classifier too" : "");
        }
    }

    /**
     * When training stops early: where the loss of pictures that are kept from it, perturbed as in training, has not
     * fallen for a number of looks at it. The weights of the best look are the result then.
     *
     * @param every steps between two looks
     * @param looks without a fall that are borne; 0 trains to the last step and keeps no picture back
     * @param pictures that are looked at, at most
     */
    public record Patience(int every, int looks, int pictures) {

        /** To the last step. */
        public static final Patience ENDLESS = new Patience(1, 0, 1);

        public Patience {
            if (every < 1 || looks < 0 || pictures < 1) {
                throw new IllegalArgumentException(
                        "a look every %d steps, %d borne, at %d pictures; allowed are 1, 0 and 1 and more"
                                .formatted(every, looks, pictures));
            }
        }

        boolean isAsked() {
            return looks > 0;
        }

        /** @param best null before the first look */
        boolean isOver(int steps, Validation.BestWeights best) {
            return isAsked() && best != null && steps - best.step() >= looks * every;
        }
    }

    /** The goal of FARE, with this recipe's terms, for a shard. */
    TrainingGoal fare(Answers parent, int[] labels) {
        return new FareGoal(parent, terms, FareGoal.AS_PUBLISHED);
    }

    /** What it is, line by line, for provenance and for comparing recipes. */
    public Map<String, String> describe() {
        Map<String, String> lines = new TreeMap<>();
        lines.put("threat", adversary.threat().toString());
        lines.put(
                "inner attack",
                adversary.isFree()
                        ? FreeGradients.of(adversary).describe()
                        : adversary.inner().describe());
        if (adversary.mildest() < 1) {
            lines.put("bounds", text("one a shard, spread from %s of the threat's to the whole", adversary.mildest()));
        }
        lines.put("size", "%d px, of the parent %d px".formatted(batches.size(), batches.parentSize()));
        lines.put(
                "batch",
                "%d in shards of %d, %d of each also as they are"
                        .formatted(batches.batch(), batches.shard(), batches.clean()));
        if (batches.everyday() > 0) {
            lines.put(
                    "everyday",
                    "%d of each shard, drawn from %s".formatted(batches.everyday(), List.of(Kind.values())));
        }
        if (!variation.equals(Variation.MIRRORED)) {
            lines.put(
                    "variation",
                    text(
                            "%s, padding %d%s",
                            variation.mirror() ? "mirrored" : "not mirrored",
                            variation.padding(),
                            variation.area() > 0 ? text(", area from %s of a picture", variation.area()) : ""));
        }
        if (variation.mixup() > 0) {
            lines.put(
                    "mixup",
                    text(
                            "with pictures of the same shard by Beta(%s, %s), answered by the parent",
                            variation.mixup(), variation.mixup()));
        }
        lines.put("terms", text("clean %s, head %s", terms.clean(), terms.head()));
        lines.put("descent", descent.describe());
        if (patience.isAsked()) {
            lines.put(
                    "patience",
                    "%d looks, one every %d steps, at %d pictures kept from training"
                            .formatted(patience.looks(), patience.every(), patience.pictures()));
        }
        lines.put("seed", Long.toString(seed));
        return lines;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** How large a step is. */
    @FunctionalInterface
    public interface LearningRate {

        /** @param done steps taken before this one */
        double at(int done);

        /**
         * A linear warm-up, then half a cosine down to zero.
         *
         * @param base the full rate
         * @param warmUp steps of the warm-up
         * @param steps in all
         */
        static LearningRate cosine(double base, int warmUp, int steps) {
            return done -> done < warmUp
                    ? base * (done + 1) / warmUp
                    : base * 0.5 * (1 + Math.cos(Math.PI * (done - warmUp) / (steps - warmUp)));
        }

        /**
         * The same as the FARE code applies it, after each step: the first step is taken at the full rate, and the
         * warm-up starts with the second. On a trained encoder that first step does damage that hundreds of others
         * mend.
         */
        static LearningRate cosineAfterSteps(double base, int warmUp, int steps) {
            LearningRate cosine = cosine(base, warmUp, steps);
            return done -> done == 0 ? base : cosine.at(done);
        }
    }
}
