package io.bulwark.lab.bench.latency;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/** When uploads are to be sent, and of which kind each is. Immutable. */
final class Arrivals {

    private final long[] dueNanos;
    private final Kind[] kinds;

    private Arrivals(long[] dueNanos, Kind[] kinds) {
        this.dueNanos = dueNanos;
        this.kinds = kinds;
    }

    /**
     * Independent arrivals: times between them are distributed exponentially. The same seed gives the same times, whatever
     * the mix, and the same times of a longer span begin with those of a shorter one.
     *
     * @param rate uploads a second on average
     * @param span arrivals are within it
     */
    static Arrivals poisson(double rate, Duration span, Mix mix, long seed) {
        SplittableRandom gaps = new SplittableRandom(seed);
        SplittableRandom draws = new SplittableRandom(~seed);
        long[] due = new long[16];
        int count = 0;
        for (double at = gap(gaps, rate); at < span.toNanos(); at += gap(gaps, rate)) {
            if (count == due.length) {
                due = Arrays.copyOf(due, 2 * count);
            }
            due[count++] = (long) at;
        }
        Kind[] kinds = new Kind[count];
        for (int i = 0; i < count; i++) {
            kinds[i] = mix.kind(draws.nextDouble());
        }
        return new Arrivals(Arrays.copyOf(due, count), kinds);
    }

    /** Nanoseconds, by inversion of the exponential distribution; the draw is in [0, 1), so that its complement has a logarithm. */
    private static double gap(SplittableRandom gaps, double rate) {
        return -Math.log(1 - gaps.nextDouble()) * 1e9 / rate;
    }

    int size() {
        return dueNanos.length;
    }

    /** Nanoseconds since the begin; not less than those of the arrival before. */
    long dueNanos(int arrival) {
        return dueNanos[arrival];
    }

    Kind kind(int arrival) {
        return kinds[arrival];
    }
}
