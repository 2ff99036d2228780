package io.bulwark.lab.explain;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Spearman's rank correlation; equal values share their mean rank. Pure. */
public final class RankCorrelation {

    private RankCorrelation() {}

    /** In [-1, 1]; 0 where one of the two is the same everywhere. */
    public static double of(double[] one, double[] other) {
        if (one.length != other.length || one.length < 2) {
            throw new IllegalArgumentException(
                    "%d and %d values; needed are as many, and at least 2".formatted(one.length, other.length));
        }
        double[] a = ranks(one);
        double[] b = ranks(other);
        double middle = (one.length - 1) / 2.0;
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (a[i] - middle) * (b[i] - middle);
            squaresA += (a[i] - middle) * (a[i] - middle);
            squaresB += (b[i] - middle) * (b[i] - middle);
        }
        return squaresA == 0 || squaresB == 0 ? 0 : product / Math.sqrt(squaresA * squaresB);
    }

    private static double[] ranks(double[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }
}
