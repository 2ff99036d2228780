package io.bulwark.lab.invert;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.invert.Inversion.Ascended;
import io.bulwark.lab.invert.Inversion.InversionMethod;
import io.bulwark.lab.invert.Inversion.InversionState;
import java.util.Arrays;

/**
 * Steps of one length along the gradient, within an l2 ball around the start and within [0, 1]. No prior but the box.
 *
 * @param steps at least 1
 * @param stepSize l2 length of a step, values in [0, 1]
 * @param epsilon radius of the ball; from some tens on at 128 x 128 it holds nearly every picture
 */
public record BallDescent(int steps, double stepSize, double epsilon) implements InversionMethod {

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
    public int copies() {
        return 1;
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
        return new InversionState(state.step() + 1, state.height(), state.width(), pixels, scores[0], state.memory());
    }
}
