package io.bulwark.lab.bench;

import java.util.Arrays;

/**
 * Percentiles of waiting times, in milliseconds.
 *
 * @param p50 half are faster
 * @param p95 95 % are faster
 * @param p99 99 % are faster
 */
public record Latencies(double p50, double p95, double p99) {

    /** The percentiles of at least one measurement in nanoseconds, by nearest rank. */
    public static Latencies of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latencies(rank(sorted, 0.50), rank(sorted, 0.95), rank(sorted, 0.99));
    }

    private static double rank(long[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }
}
