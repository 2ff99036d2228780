package io.bulwark.schemas.promise;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How the chance of a false alarm is divided over any number of streams. */
public final class FalseAlarmBudget {

    /** Chance that evidence alarms although all promises are kept. */
    public static final double EVIDENCE = 0.04;

    /** Chance that a bound of the reviewers' error is too small. */
    public static final double ERRORS = 0.01;

    private FalseAlarmBudget() {}

    /**
     * The share of one stream: all shares of however many streams add up to at most the whole, and no stream that comes
     * later changes an earlier one's.
     *
     * @param whole in (0, 1)
     * @param position of the stream, from 1 on
     */
    public static double share(double whole, long position) {
        return whole / ((double) position * (position + 1));
    }

    /**
     * Which streams stand out among many by e-BH: of the named ones, the mean share that keeps its promise is at
     * most &alpha;, whatever the dependence between streams (Wang and Ramdas, arXiv 2009.02824).
     *
     * @param logs natural logarithms of the streams' evidence now, which is an e-value; its greatest one is not
     * @param alpha in (0, 1)
     * @return places in the list
     */
    public static Set<Integer> standOut(List<Double> logs, double alpha) {
        Integer[] byEvidence = IntStream.range(0, logs.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(byEvidence, Comparator.comparing((Integer i) -> logs.get(i)).reversed());
        int named = 0;
        for (int rank = 1; rank <= byEvidence.length; rank++) {
            if (logs.get(byEvidence[rank - 1]) >= Math.log(byEvidence.length / (rank * alpha))) {
                named = rank;
            }
        }
        return Arrays.stream(byEvidence).limit(named).collect(Collectors.toUnmodifiableSet());
    }
}
