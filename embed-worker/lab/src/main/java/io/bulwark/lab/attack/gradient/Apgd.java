package io.bulwark.lab.attack.gradient;

import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle.Scores;
import io.bulwark.lab.attack.ThreatModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Auto-PGD (Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free
 * attacks", ICML 2020), as the perceptual-metrics code runs it: steps of twice epsilon that halve where they lead
 * nowhere, momentum, and a return to the best place at each halving. Like there, the candidate returned is the last one
 * that fooled, not the one with the highest loss.
 *
 * <p>The first run starts at the picture unless told otherwise, each further one at random in the ball, and attacks
 * what still stands: more restarts never make the attack weaker. Within a run the step sizes depend on how many
 * iterations are planned, so a longer run is another run, not the shorter one continued.
 *
 * @param iterations steps of each run, at least 1
 * @param restarts runs, at least 1
 * @param stop when a run leaves off
 * @param seed of the random starts
 * @param first where the first run starts
 */
public record Apgd(int iterations, int restarts, EarlyStop stop, long seed, FirstStart first) implements Attack {

    /** That starts at the picture. */
    public Apgd(int iterations, int restarts, EarlyStop stop, long seed) {
        this(iterations, restarts, stop, seed, new FirstStart.AtPicture());
    }

    public Apgd {
        if (iterations < 1 || restarts < 1) {
            throw new IllegalArgumentException(
                    "%d iterations x %d restarts; allowed are 1 and more of both".formatted(iterations, restarts));
        }
    }

    @Override
    public Attack.AttackResult run(
            Objective objective, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
        int length = clean.length / count;
        return run(
                objective,
                threat,
                clean,
                sample -> first.of(threat, one(clean, sample, length), objective, sample, seed),
                count,
                watch);
    }

    private static float[] one(float[] batch, int sample, int length) {
        return Arrays.copyOfRange(batch, sample * length, (sample + 1) * length);
    }

    /**
     * The same attack whose first run starts elsewhere.
     *
     * @param start {@code [count, 3, H, W]}; brought into the ball around the pictures. Not modified
     */
    public Attack from(float[] start) {
        return new Begun(this, start);
    }

    private Attack.AttackResult run(
            Objective objective,
            ThreatModel threat,
            float[] clean,
            IntFunction<float[]> begun,
            int count,
            Attack.Watch watch) {
        int length = clean.length / count;
        FirstStart anywhere = new FirstStart.AtRandom();
        float[] pixels = clean.clone();
        boolean[] fooled = new boolean[count];
        float[] losses = new float[count];
        Arrays.fill(losses, Float.NEGATIVE_INFINITY);
        Effort effort = new Effort();
        for (int run = 0; run < restarts; run++) {
            List<Climber> climbers = new ArrayList<>();
            for (int sample = 0; sample < count; sample++) {
                if (!fooled[sample]) {
                    float[] own = one(clean, sample, length);
                    float[] start =
                            run == 0 ? begun.apply(sample) : anywhere.of(threat, own, objective, sample, seed + run);
                    climbers.add(new Climber(sample, own, start, threat, iterations));
                }
            }
            climb(objective, climbers, effort, new Round(watch, run * iterations, count - climbers.size()));
            for (Climber climber : climbers) {
                int sample = climber.sample;
                fooled[sample] = climber.fooled();
                if (climber.fooled() || climber.bestLoss() > losses[sample]) {
                    float[] found = climber.fooled() ? climber.lastFooling() : climber.best();
                    System.arraycopy(found, 0, pixels, sample * length, length);
                }
                losses[sample] = Math.max(losses[sample], climber.bestLoss());
            }
        }
        return new Attack.AttackResult(pixels, fooled, losses, effort.gradients, effort.queries);
    }

    /**
     * One run from the pictures themselves, step by step, for those who compare with another implementation.
     *
     * @return one for each sample
     */
    public List<Climber.Ascent> ascents(
            Objective objective, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
        List<Climber> climbers = new ArrayList<>();
        for (int sample = 0; sample < count; sample++) {
            float[] own = one(clean, sample, clean.length / count);
            climbers.add(new Climber(sample, own, own, threat, iterations));
        }
        climb(objective, climbers, new Effort(), new Round(watch, 0, 0));
        return climbers.stream().map(Climber::ascent).toList();
    }

    /** One run of samples from where they stand. */
    private void climb(Objective objective, List<Climber> climbers, Effort effort, Round round) {
        List<Climber> active = new ArrayList<>(climbers);
        if (active.isEmpty()) {
            return;
        }
        round.watch.check();
        Objective.Evaluation start = objective.differentiate(gather(active), samples(active));
        effort.gradients += active.size();
        for (int row = 0; row < active.size(); row++) {
            active.get(row).begin(loss(start.scores(), row), fools(start.scores(), row), slope(start, row, active));
        }
        leave(active);
        Checkpoints checkpoints = new Checkpoints(iterations);
        for (int step = 0; step < iterations && !active.isEmpty(); step++) {
            round.watch.check();
            active.forEach(Climber::step);
            evaluate(objective, active, step == iterations - 1, effort);
            int period = checkpoints.tick();
            if (period > 0) {
                active.forEach(climber -> climber.check(period));
            }
            leave(active);
            round.report(step + 1, iterations * restarts, climbers);
            if (stop == EarlyStop.ALL_FOOLED && climbers.stream().allMatch(Climber::fooled)) {
                return;
            }
        }
    }

    private static void evaluate(Objective objective, List<Climber> active, boolean last, Effort effort) {
        float[] pixels = gather(active);
        int[] samples = samples(active);
        Objective.Evaluation evaluation = last
                ? new Objective.Evaluation(objective.ask(pixels, samples), null)
                : objective.differentiate(pixels, samples);
        effort.queries += last ? active.size() : 0;
        effort.gradients += last ? 0 : active.size();
        Scores scores = evaluation.scores();
        for (int row = 0; row < active.size(); row++) {
            active.get(row).arrive(loss(scores, row), fools(scores, row), last ? null : slope(evaluation, row, active));
        }
    }

    private void leave(List<Climber> active) {
        if (stop == EarlyStop.EACH_FOOLED) {
            active.removeIf(Climber::fooled);
        }
    }

    private static float loss(Scores scores, int row) {
        return scores.losses()[row];
    }

    private static boolean fools(Scores scores, int row) {
        return scores.fooled()[row];
    }

    private static float[] slope(Objective.Evaluation evaluation, int row, List<Climber> active) {
        int length = evaluation.gradient().length / active.size();
        return Arrays.copyOfRange(evaluation.gradient(), row * length, (row + 1) * length);
    }

    private static float[] gather(List<Climber> active) {
        int length = active.get(0).current().length;
        float[] pixels = new float[active.size() * length];
        for (int row = 0; row < active.size(); row++) {
            System.arraycopy(active.get(row).current(), 0, pixels, row * length, length);
        }
        return pixels;
    }

    private static int[] samples(List<Climber> active) {
        return active.stream().mapToInt(climber -> climber.sample).toArray();
    }

    @Override
    public String describe() {
        return "apgd %d iterations x %d%s".formatted(iterations, restarts, first.describe());
    }

    /** What a run has cost so far. */
    private static final class Effort {
        private long gradients;
        private long queries;
    }

    /**
     * Where a run stands among the restarts.
     *
     * @param before steps of the runs before it
     * @param fallen samples that those runs fooled
     */
    private record Round(Attack.Watch watch, int before, int fallen) {

        private void report(int done, int total, List<Climber> climbers) {
            int fooled = (int) climbers.stream().filter(Climber::fooled).count();
            watch.step(before + done, total, fallen + fooled);
        }
    }

    /** An attack with a start. */
    private record Begun(Apgd apgd, float[] start) implements Attack {

        @Override
        public Attack.AttackResult run(
                Objective objective, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
            float[] within = start.clone();
            int length = clean.length / count;
            for (int sample = 0; sample < count; sample++) {
                threat.project(clean, within, sample * length, length);
            }
            return apgd.run(objective, threat, clean, sample -> one(within, sample, length), count, watch);
        }

        @Override
        public String describe() {
            return apgd.describe() + " from a given start";
        }
    }

    /**
     * When APGD looks whether its steps still lead up: the first time after 22 % of the iterations, then at periods
     * that shrink by 3 % to no less than 6 % (Croce and Hein, ICML 2020, section 3.2). One use.
     */
    static final class Checkpoints {

        private final int shrink;
        private final int shortest;
        private int period;
        private int since;

        Checkpoints(int iterations) {
            period = Math.max((int) (0.22 * iterations), 1);
            shortest = Math.max((int) (0.06 * iterations), 1);
            shrink = Math.max((int) (0.03 * iterations), 1);
        }

        /** Counts an iteration; the length of the period that ends with it, 0 where none does. */
        int tick() {
            if (++since < period) {
                return 0;
            }
            int ended = period;
            since = 0;
            period = Math.max(period - shrink, shortest);
            return ended;
        }
    }

    /** When an attack leaves off before its last iteration. */
    public enum EarlyStop {
        /** Never: every sample gets every iteration. */
        NEVER,

        /** When every sample of the batch has been fooled, as the reference code does; until then all go on. */
        ALL_FOOLED,

        /** Each sample when it is fooled: the same share of samples in the least time. */
        EACH_FOOLED
    }
}
