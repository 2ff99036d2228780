package io.bulwark.perception.verdict;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * SAFE thresholds of two encoders that decide together: a family with one parameter, from 0 for both along the direction
 * in which most unflagged files pass. A level is the share of the flagged files that an encoder would pass alone; each
 * step widens both thresholds or leaves them. Immutable.
 */
record PairThresholds(Scores first, Scores second, double[] best) {

    /** Steps from thresholds of 0 to what is best on the files that it was made of, and as far again. */
    static final int MOST_STEPS = 500;

    /** From 0 to where the first flagged file would pass. */
    private static final int STEPS_TO_FIRST = 100;

    private static final int STEPS_TO_BEST = 200;

    /** How finely the direction is searched. */
    private static final int LEVELS = 50;

    /**
     * Level of the first encoder at most: what an attacker gets who makes the second, which withstands nothing, say SAFE of
     * all.
     */
    private static final double MOST_ALONE = 0.1;

    /**
     * Finds the direction.
     *
     * @param first worst scores of the first encoder in [0, 1], a file each
     * @param second those of the second, of the same files
     * @param isFlagged which of them are flagged, at least one
     * @param misses share of the flagged files that both together may pass
     */
    static PairThresholds of(double[] first, double[] second, List<Boolean> isFlagged, double misses) {
        Scores ofFirst = Scores.of(first, isFlagged);
        Scores ofSecond = Scores.of(second, isFlagged);
        int allowed = (int) (misses * ofFirst.flagged().length);
        double[] best = {0, 0};
        long most = -1;
        for (int i = 0; i <= LEVELS; i++) {
            for (int j = 0; j <= LEVELS; j++) {
                double[] levels = {MOST_ALONE * i / LEVELS, (double) j / LEVELS};
                double safeFirst = ofFirst.safe(levels[0]);
                double safeSecond = ofSecond.safe(levels[1]);
                long[] passing = new long[2];
                for (int file = 0; file < first.length; file++) {
                    if (first[file] <= safeFirst && second[file] <= safeSecond) {
                        passing[isFlagged.get(file) ? 1 : 0]++;
                    }
                }
                if (passing[1] <= allowed && passing[0] > most) {
                    most = passing[0];
                    best = levels;
                }
            }
        }
        return new PairThresholds(ofFirst, ofSecond, best);
    }

    /**
     * The two thresholds.
     *
     * @param step from 1 to {@value #MOST_STEPS}
     * @return of the first and of the second encoder; a score up to them is SAFE
     */
    double[] safe(int step) {
        double share = (double) (step - STEPS_TO_FIRST) / STEPS_TO_BEST;
        if (share < 0) {
            double part = (double) step / STEPS_TO_FIRST;
            return new double[] {part * first.safe(0), part * second.safe(0)};
        }
        return new double[] {first.safe(Math.min(MOST_ALONE, share * best[0])), second.safe(share * best[1])};
    }

    /**
     * One encoder's scores.
     *
     * @param all ascending, each once
     * @param flagged of the flagged files, ascending
     */
    private record Scores(double[] all, double[] flagged) {

        static Scores of(double[] scores, List<Boolean> isFlagged) {
            return new Scores(
                    Arrays.stream(scores).sorted().distinct().toArray(),
                    IntStream.range(0, scores.length)
                            .filter(isFlagged::get)
                            .mapToDouble(i -> scores[i])
                            .sorted()
                            .toArray());
        }

        /** The threshold at a level, just below the flagged file that must not pass. */
        double safe(double level) {
            double notSafe = flagged[Math.min((int) (level * flagged.length), flagged.length - 1)];
            return Math.max(0, Calibrator.shortest(Calibrator.below(all, notSafe), notSafe, 0.5));
        }
    }
}
