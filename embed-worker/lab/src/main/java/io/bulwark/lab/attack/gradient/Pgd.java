package io.bulwark.lab.attack.gradient;

import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Projected gradient ascent with momentum, as the FARE code has it: the gradient normalised (its sign for l∞, its
 * direction for l2), added to the decayed velocity, which is normalised again and stepped along (Madry et al., ICLR
 * 2018; Schlarmann et al., ICML 2024).
 *
 * <p>An iterate does not depend on how many follow it: more iterations never make an attack weaker.
 *
 * @param iterations steps, at least 1
 * @param stepSize in values of [0, 1]
 * @param momentum share of the velocity that a step keeps, in [0, 1)
 * @param randomStart whether to start somewhere in the ball instead of at the picture; from the picture itself the
 *     gradient of a distance to itself is exactly zero
 * @param seed of the random start
 */
public record Pgd(int iterations, double stepSize, double momentum, boolean randomStart, long seed) implements Attack {

    public Pgd {
        if (iterations < 1 || !(stepSize > 0) || !(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "%d iterations, step size %s, momentum %s; allowed are 1 and more, above 0, from 0 to below 1"
                            .formatted(iterations, stepSize, momentum));
        }
    }

    @Override
    public Attack.AttackResult run(
            Objective objective, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
        int length = clean.length / count;
        float[] best = clean.clone();
        boolean[] fooled = new boolean[count];
        float[] losses = new float[count];
        Arrays.fill(losses, Float.NEGATIVE_INFINITY);
        int[] step = {0};
        Consumer<Step> keep = taken -> {
            for (int sample = 0; sample < count; sample++) {
                boolean won = taken.scores().fooled()[sample];
                boolean higher = taken.scores().losses()[sample] > losses[sample];
                if (won || higher && !fooled[sample]) {
                    System.arraycopy(taken.pixels(), sample * length, best, sample * length, length);
                }
                fooled[sample] |= won;
                losses[sample] = Math.max(losses[sample], taken.scores().losses()[sample]);
            }
            watch.step(step[0]++, iterations, (int)
                    IntStream.range(0, count).filter(i -> fooled[i]).count());
            watch.check();
        };
        float[] start = start(threat, clean, count);
        float[] last = ascend(objective, threat, clean, start, count, keep);
        keep.accept(new Step(last, objective.ask(last, IntStream.range(0, count).toArray())));
        return new Attack.AttackResult(best, fooled, losses, (long) iterations * count, count);
    }

    /**
     * An iterate on the way up.
     *
     * @param pixels {@code [count, 3, H, W]}; modified after the callback returns
     * @param scores its losses
     */
    public record Step(float[] pixels, Oracle.Scores scores) {}

    /**
     * The bare ascent, which training takes: no evaluation of the last iterate, and no choice among them.
     *
     * @param start {@code [count, 3, H, W]}: pixels to start from, within the threat model; not modified
     * @param each told of every iterate before it is stepped away from
     * @return {@code [count, 3, H, W]}: the last iterate
     */
    public float[] ascend(
            Objective objective, ThreatModel threat, float[] clean, float[] start, int count, Consumer<Step> each) {
        int length = clean.length / count;
        int[] samples = IntStream.range(0, count).toArray();
        float[] pixels = start.clone();
        float[] velocity = new float[clean.length];
        float decay = (float) momentum;
        float stride = (float) stepSize;
        for (int step = 0; step < iterations; step++) {
            Objective.Evaluation evaluation = objective.differentiate(pixels, samples);
            each.accept(new Step(pixels, evaluation.scores()));
            float[] gradient = evaluation.gradient();
            for (int from = 0; from < clean.length; from += length) {
                threat.norm().steepest(gradient, from, length);
                for (int i = from; i < from + length; i++) {
                    velocity[i] = decay * velocity[i] + gradient[i];
                }
                threat.norm().steepest(velocity, from, length);
                for (int i = from; i < from + length; i++) {
                    pixels[i] += stride * velocity[i];
                }
                threat.project(clean, pixels, from, length);
            }
        }
        return pixels;
    }

    /** The pictures themselves, or random pixels of the ball around them: uniform for l∞, of length epsilon for l2. */
    public float[] start(ThreatModel threat, float[] clean, int count) {
        return randomStart ? RandomStart.in(threat, clean, count, new SplittableRandom(seed)) : clean.clone();
    }

    @Override
    public String describe() {
        return "pgd %d iterations, step %s, momentum %s%s"
                .formatted(iterations, stepSize, momentum, randomStart ? ", random start" : "");
    }

    /** Where a restart begins: somewhere in the ball, as the reference code draws it. */
    static final class RandomStart {

        private RandomStart() {}

        /** Uniform in the cube for l∞; a Gaussian direction of length epsilon for l2. Within the box. */
        static float[] in(ThreatModel threat, float[] clean, int count, SplittableRandom random) {
            float[] start = new float[clean.length];
            int length = clean.length / count;
            for (int from = 0; from < clean.length; from += length) {
                float[] direction = new float[length];
                for (int i = 0; i < length; i++) {
                    direction[i] =
                            (float) (threat.norm() == Norm.LINF ? random.nextDouble(-1, 1) : random.nextGaussian());
                }
                if (threat.norm() == Norm.L2) {
                    Norm.L2.steepest(direction, 0, length);
                }
                for (int i = 0; i < length; i++) {
                    start[from + i] = clean[from + i] + (float) threat.epsilon() * direction[i];
                }
                threat.project(clean, start, from, length);
            }
            return start;
        }
    }
}
