package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One sample's walk along the border of a decision, ever nearer to its clean picture. Every place it stands at has been
 * asked about and has the wanted decision. One thread.
 */
final class BorderWalk {

    /** Probes of the first step; their number grows with the root of the steps (section III-C of the paper). */
    private static final int FIRST_PROBES = 24;

    /** Halvings of the line to the clean picture. */
    private static final int BISECTIONS = 10;

    /** Probes by which a pace that adapts finds a size before the others are spent. */
    private static final int TRIALS = 4;

    /** Times that it is enlarged at most. */
    private static final int ENLARGED = 6;

    /** Held back halvings in a row after which one that adapts leaves off: nearer ones would be held back, too. */
    private static final int DISCOURAGED = 2;

    /** Halvings of a step that leads off the wanted side. */
    private static final int RETREATS = 10;

    /** What a step grows to that was held back: half of it would be, too. */
    private static final double LONGER = 1.3;

    /** Root mean square of the smallest probe, in levels of 8 bits. */
    private static final double LEAST_PROBE = 0.25;

    private final ThreatModel threat;
    private final float[] clean;
    private final Decisions decisions;
    private final Probes probes;
    private final Pace pace;
    private float[] place;

    BorderWalk(ThreatModel threat, float[] clean, Decisions decisions, Probes probes, Pace pace) {
        this.threat = threat;
        this.clean = clean;
        this.decisions = decisions;
        this.probes = probes;
        this.pace = pace;
    }

    void run(List<float[]> starts) {
        if (decisions.ask(clean)) {
            place = clean;
            return;
        }
        for (float[] start : starts) {
            if (decisions.ask(start)) {
                place = towardsClean(start);
                break;
            }
        }
        for (int step = 1; place != null && !fits() && decisions.left() > 0; step++) {
            float[] direction = border(step);
            float[] stepped = step(direction, distance() / Math.sqrt(step));
            if (stepped != null) {
                float[] nearer = towardsClean(stepped);
                place = distanceOf(nearer) < distance() ? nearer : place;
            }
        }
    }

    /** Whether the place is within the threat model. */
    boolean fits() {
        return place != null && distance() <= threat.epsilon();
    }

    /** The place, or what of it the threat model allows; the clean picture where there is none. */
    float[] found() {
        if (place == null) {
            return clean;
        }
        float[] found = place.clone();
        threat.project(clean, found, 0, found.length);
        return found;
    }

    /** From the clean picture; infinite where no place was found. */
    double distance() {
        return place == null ? Double.POSITIVE_INFINITY : distanceOf(place);
    }

    private double distanceOf(float[] pixels) {
        return threat.norm().of(minus(pixels, clean), 0, clean.length);
    }

    /** The last place of the wanted side on the way to the clean picture, found by bisection. */
    private float[] towardsClean(float[] from) {
        float[] wanted = from;
        double whole = distanceOf(from);
        double near = 0;
        double far = 1;
        int heldInARow = 0;
        for (int i = 0; i < BISECTIONS && decisions.left() > 0 && heldInARow < DISCOURAGED; i++) {
            double middle = (near + far) / 2;
            float[] candidate = shortened(from, middle, whole);
            if (decisions.ask(candidate)) {
                wanted = candidate;
                far = middle;
            } else {
                near = middle;
            }
            heldInARow = pace.adapts() && decisions.held() > 0 ? heldInARow + 1 : 0;
        }
        return wanted;
    }

    /** A share of the way to a candidate: along the line in l2, clipped to a smaller cube in l∞. */
    private float[] shortened(float[] candidate, double share, double whole) {
        float[] shortened = new float[clean.length];
        float bound = (float) (share * whole);
        for (int i = 0; i < shortened.length; i++) {
            float difference = candidate[i] - clean[i];
            shortened[i] = clean[i]
                    + (threat.norm() == Norm.L2
                            ? (float) share * difference
                            : Math.max(-bound, Math.min(bound, difference)));
        }
        return shortened;
    }

    /** The direction of norm 1 that leads furthest into the wanted side, as the probes' answers have it. */
    private float[] border(int step) {
        int count = (int) (FIRST_PROBES * Math.sqrt(step));
        double size = Math.max(LEAST_PROBE / 255 * Math.sqrt(clean.length), distanceInL2() / Math.sqrt(clean.length));
        if (pace.adapts()) {
            size = Math.min(size * enlarged(size), distanceInL2());
        }
        float[][] directions = new float[count][];
        float[][] candidates = new float[count][];
        for (int i = 0; i < count; i++) {
            directions[i] = probes.next();
            candidates[i] = moved(place, directions[i], size);
        }
        boolean[] answers = decisions.askAll(candidates);
        pace.heard(decisions.held(), answers.length);
        double mean = 0;
        for (boolean answer : answers) {
            mean += (answer ? 1.0 : -1.0) / answers.length;
        }
        // With answers all alike there is no baseline to take off.
        double baseline = Math.abs(mean) == 1 ? 0 : mean;
        float[] direction = new float[clean.length];
        for (int i = 0; i < answers.length; i++) {
            float weight = (float) ((answers[i] ? 1 : -1) - baseline);
            for (int d = 0; d < direction.length; d++) {
                direction[d] += weight * directions[i][d];
            }
        }
        threat.norm().steepest(direction, 0, direction.length);
        return direction;
    }

    private double distanceInL2() {
        return Norm.L2.of(minus(place, clean), 0, clean.length);
    }

    /** By how much probes of a size are enlarged, so that fewer of them are held back. */
    private double enlarged(double size) {
        for (int i = 0; i < ENLARGED && decisions.left() > 0; i++) {
            float[][] trials = new float[TRIALS][];
            for (int j = 0; j < TRIALS; j++) {
                trials[j] = moved(place, probes.next(), size * pace.factor());
            }
            int answers = decisions.askAll(trials).length;
            int held = decisions.held();
            pace.heard(held, answers);
            if (2 * held <= answers) {
                break;
            }
        }
        return pace.factor();
    }

    /** A step that stays on the wanted side, as long as it can be; null where none does. */
    private float[] step(float[] direction, double length) {
        double shorter = length;
        for (int i = 0; i < RETREATS && decisions.left() > 0; i++) {
            float[] candidate = moved(place, direction, shorter);
            if (decisions.ask(candidate)) {
                return candidate;
            }
            shorter *= pace.adapts() && decisions.held() > 0 ? LONGER : 0.5;
        }
        return null;
    }

    private static float[] moved(float[] from, float[] direction, double length) {
        float[] moved = new float[from.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = Math.max(0, Math.min(1, from[i] + (float) length * direction[i]));
        }
        return moved;
    }

    private static float[] minus(float[] a, float[] b) {
        float[] difference = new float[a.length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    /** Random directions of length 1 in which a border is felt for. One thread. */
    record Probes(int height, int width, int grain, SplittableRandom random) {

        /** Gaussian noise, constant over squares of {@code grain} pixels: {@code [3, H, W]}. */
        float[] next() {
            int columns = (width + grain - 1) / grain;
            int rows = (height + grain - 1) / grain;
            float[] coarse = new float[3 * rows * columns];
            for (int i = 0; i < coarse.length; i++) {
                coarse[i] = (float) random.nextGaussian();
            }
            float[] probe = new float[3 * height * width];
            for (int channel = 0; channel < 3; channel++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        probe[(channel * height + y) * width + x] =
                                coarse[(channel * rows + y / grain) * columns + x / grain];
                    }
                }
            }
            Norm.L2.steepest(probe, 0, probe.length);
            return probe;
        }
    }

    /** One sample's decisions, asked for under a budget. One thread. */
    static final class Decisions {

        /** Candidates asked about at once. */
        private static final int BATCH = 8;

        private final Oracle oracle;
        private final int sample;
        private final int budget;
        private final Watch watch;
        private int asked;
        private int held;

        Decisions(Oracle oracle, int sample, int budget, Watch watch) {
            this.oracle = oracle;
            this.sample = sample;
            this.budget = budget;
            this.watch = watch;
        }

        int asked() {
            return asked;
        }

        /** Of the candidates of the last question, the ones that may have been held back. */
        int held() {
            return held;
        }

        int left() {
            return budget - asked;
        }

        /** Whether one candidate has the wanted decision; false where the budget is spent. */
        boolean ask(float[] pixels) {
            return left() > 0 && askAll(new float[][] {pixels})[0];
        }

        /** As {@link #ask} of many; as many answers come back as the budget allows. */
        boolean[] askAll(float[][] candidates) {
            boolean[] answers = new boolean[Math.min(left(), candidates.length)];
            held = 0;
            for (int from = 0; from < answers.length; from += BATCH) {
                watch.check();
                int count = Math.min(BATCH, answers.length - from);
                int length = candidates[from].length;
                float[] pixels = new float[count * length];
                for (int i = 0; i < count; i++) {
                    System.arraycopy(candidates[from + i], 0, pixels, i * length, length);
                }
                int[] samples = new int[count];
                Arrays.fill(samples, sample);
                Oracle.Scores scores = oracle.ask(pixels, samples);
                System.arraycopy(scores.fooled(), 0, answers, from, count);
                for (boolean each : scores.held()) {
                    held += each ? 1 : 0;
                }
                asked += count;
            }
            return answers;
        }
    }
}
