package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * HopSkipJump (Chen, Jordan, Wainwright, IEEE S&amp;P 2020): sees decisions alone. From a picture that has the wanted
 * decision it walks along the border towards the one to be disguised, feeling for the border's direction with random
 * probes. A sample leaves off when its perturbation fits the threat model.
 *
 * <p>Two things differ from the paper, for what is asked rounds its input to 8 bits and is a picture: a probe is never
 * so small that rounding swallows it, and its noise is constant over squares of some pixels, which encoders hear
 * better.
 *
 * <p>The losses of its result are minus the distance of the nearest candidate that had the wanted decision.
 *
 * @param queries answers that each sample may ask for, at least 1
 * @param height of the pictures
 * @param width of the pictures
 * @param grain side of the squares of a probe's noise, at least 1
 * @param starts pictures the attacker has that may have the wanted decision, each {@code [3, H, W]}; tried in this
 *     order
 * @param seed of the probes
 * @param adaptive whether steps and probes grow where answers are held back, as in OARS ({@link Pace})
 */
public record HopSkipJump(
        int queries, int height, int width, int grain, List<float[]> starts, long seed, boolean adaptive)
        implements BlackBox {

    /** A grain that does well on pictures of some hundred pixels. */
    public static final int DEFAULT_GRAIN = 8;

    /** That of the paper, which does not adapt to what is held back. */
    public HopSkipJump(int queries, int height, int width, int grain, List<float[]> starts, long seed) {
        this(queries, height, width, grain, starts, seed, false);
    }

    public HopSkipJump {
        starts = List.copyOf(starts);
        if (queries < 1 || grain < 1) {
            throw new IllegalArgumentException(
                    "%d queries, grain %d; allowed are 1 and more of both".formatted(queries, grain));
        }
        if (starts.isEmpty()) {
            throw new IllegalArgumentException("no picture to start from, at least one is needed");
        }
    }

    @Override
    public AttackResult query(Oracle oracle, ThreatModel threat, float[] clean, int count, Watch watch) {
        int length = 3 * height * width;
        if (clean.length != count * length || starts.stream().anyMatch(start -> start.length != length)) {
            throw new IllegalArgumentException("wanted: %d pictures of %dx%d, and starts of that size; found: %d values"
                    .formatted(count, width, height, clean.length));
        }
        float[] pixels = clean.clone();
        boolean[] fooled = new boolean[count];
        float[] losses = new float[count];
        long asked = 0;
        int successes = 0;
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int sample = 0; sample < count; sample++) {
            float[] own = Arrays.copyOfRange(clean, sample * length, (sample + 1) * length);
            BorderWalk.Decisions decisions = new BorderWalk.Decisions(oracle, sample, queries, watch);
            BorderWalk walk = new BorderWalk(
                    threat,
                    own,
                    decisions,
                    new BorderWalk.Probes(height, width, grain, seeds.split()),
                    adaptive ? Pace.adapting() : Pace.steady());
            walk.run(starts);
            System.arraycopy(walk.found(), 0, pixels, sample * length, length);
            fooled[sample] = walk.fits();
            losses[sample] = (float) -walk.distance();
            asked += decisions.asked();
            successes += fooled[sample] ? 1 : 0;
            watch.step(sample + 1, count, successes);
        }
        return new AttackResult(pixels, fooled, losses, 0, asked);
    }

    @Override
    public String describe() {
        return "decision-only (%s) %d queries".formatted(adaptive ? "HopSkipJump, OARS" : "HopSkipJump", queries);
    }
}
