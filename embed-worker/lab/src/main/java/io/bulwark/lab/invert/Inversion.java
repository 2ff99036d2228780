package io.bulwark.lab.invert;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.invert.Inversion.Ascended;
import io.bulwark.lab.invert.Inversion.InversionMethod;
import io.bulwark.lab.invert.Inversion.InversionState;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of inversions, which share every forward pass. Memory is that of one step, whatever their number. One thread,
 * the encoder's.
 *
 * @param encoder not closed by this
 * @param height of the pictures; the encoder's own, or another that its family takes
 * @param width of the same
 * @param method moves the pixels
 * @param targets one a picture, at least one
 * @param seed of all that is random
 */
record Inversion(
        DifferentiableEncoder encoder,
        int height,
        int width,
        InversionMethod method,
        List<InversionTarget> targets,
        long seed) {

    public Inversion {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("no target is given, at least one is needed");
        }
        int dimension = encoder.description().dimension();
        for (InversionTarget target : targets) {
            if (target.direction().length != dimension) {
                throw new IllegalArgumentException("the target '%s' has %d dimensions, the encoder '%s' has %d"
                        .formatted(
                                target.name(),
                                target.direction().length,
                                encoder.description().name(),
                                dimension));
            }
        }
    }

    /** Steps of a whole inversion. */
    public int steps() {
        return method.steps();
    }

    /** The state before the first step. */
    public InversionState begin(InversionStart start) {
        return method.begin(ascended(), start.pixels(targets.size(), height, width, seed));
    }

    /**
     * Takes a step.
     *
     * @return the next state; the given one stays as it is
     * @throws io.bulwark.perception.encoder.Encoder.EncoderException if the encoder's family takes no such size
     */
    public InversionState step(InversionState state) {
        return method.step(ascended(), state, seed);
    }

    /**
     * The pictures of a state at the inversion's own size, which a growing canvas has not reached yet.
     *
     * @return {@code [targets, 3, height, width]} in [0, 1]
     */
    public float[] pictures(InversionState state) {
        FreePixels.Placement.Size from = new FreePixels.Placement.Size(state.height(), state.width());
        FreePixels.Placement.Size to = new FreePixels.Placement.Size(height, width);
        if (from.equals(to)) {
            return state.pixels().clone();
        }
        float[] pictures = new float[targets.size() * 3 * to.area()];
        for (int i = 0; i < targets.size(); i++) {
            FreePixels.Placement.PLAIN.read(state.pixels(), i * 3 * from.area(), from, pictures, i * 3 * to.area(), to);
        }
        return pictures;
    }

    /** The scores of pictures at the inversion's size, as they lie: with a target of length 1, cosines. */
    public float[] scores(float[] pictures) {
        float[] embeddings = encoder.embed(pictures, targets.size(), height, width);
        return InversionTarget.scores(targets, embeddings).losses();
    }

    /** What the whole would take, measured on its first step, which is taken twice and thrown away. */
    public Duration cost(InversionState first) {
        step(first);
        long begun = System.nanoTime();
        step(first);
        return Duration.ofNanos((System.nanoTime() - begun) * steps());
    }

    private Ascended ascended() {
        return new Ascended(
                new EncoderObjective(encoder, height, width, InversionTarget.loss(targets)),
                targets.size(),
                height,
                width);
    }

    /**
     * Where an inversion is.
     *
     * @param step steps taken
     * @param height of the pixels now
     * @param width of the pixels now
     * @param pixels {@code [count, 3, height, width]} in [0, 1]; not modified by a later step
     * @param scores {@code [count]} of the pixels that the last step left; not a number before the first
     * @param memory what the method remembers besides, such as Adam's running means; not modified by a later step
     */
    record InversionState(int step, int height, int width, float[] pixels, float[] scores, float[][] memory) {}

    /** How the pixels of an inversion are moved. Immutable. */
    public sealed interface InversionMethod permits BallDescent, FreePixels {

        /** Steps of a whole inversion, at least 1. */
        int steps();

        /** What it is, for reports, and all that the pixels depend on. */
        String describe();

        /** The state that a start is. */
        InversionState begin(Ascended ascended, float[] start);

        /** The next state. */
        InversionState step(Ascended ascended, InversionState state, long seed);
    }

    /**
     * What is ascended.
     *
     * @param objective of {@code count} samples
     * @param height of the pixels that the encoder takes
     * @param width of the same
     */
    record Ascended(Objective objective, int count, int height, int width) {}

    /**
     * Steps of one length along the gradient, within an l2 ball around the start and within [0, 1]. No prior but the
     * box.
     *
     * @param steps at least 1
     * @param stepSize l2 length of a step, values in [0, 1]
     * @param epsilon radius of the ball; from some tens on at 128 x 128 it holds nearly every picture
     */
    record BallDescent(int steps, double stepSize, double epsilon) implements InversionMethod {

        /** Radius that leaves the box as the only bound at the sizes of common encoders. */
        public static final double WIDE = 1000;

        public BallDescent {
            if (steps < 1 || !(stepSize > 0) || !(epsilon > 0)) {
                throw new IllegalArgumentException("%d steps of size %s within %s; allowed are 1 and more, and above 0"
                        .formatted(steps, stepSize, epsilon));
            }
        }

        /** Steps of length 1 without a ball that matters. */
        public static BallDescent standard(int steps) {
            return new BallDescent(steps, 1, WIDE);
        }

        @Override
        public String describe() {
            return "l2 ball %s, %d steps of %s".formatted(epsilon, steps, stepSize);
        }

        @Override
        public InversionState begin(Ascended ascended, float[] start) {
            float[] unknown = new float[ascended.count()];
            Arrays.fill(unknown, Float.NaN);
            return new InversionState(0, ascended.height(), ascended.width(), start, unknown, new float[][] {start});
        }

        @Override
        public InversionState step(Ascended ascended, InversionState state, long seed) {
            float[] start = state.memory()[0];
            float[][] scores = new float[1][];
            float[] pixels = new Pgd(1, stepSize, 0, false, seed)
                    .ascend(
                            ascended.objective(),
                            ThreatModel.l2(epsilon),
                            start,
                            state.pixels(),
                            ascended.count(),
                            taken -> scores[0] = taken.scores().losses());
            return new InversionState(
                    state.step() + 1, state.height(), state.width(), pixels, scores[0], state.memory());
        }
    }
}
