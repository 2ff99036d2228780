package io.bulwark.lab.bench;

import io.bulwark.lab.bench.Mix.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** When uploads are to be sent, and of which kind each is. Immutable. */
record Arrivals(long[] dueNanos, Kind[] kinds) {

    /**
     * Independent arrivals: times between them are distributed exponentially. The same seed gives the same times,
     * whatever the mix, and the same times of a longer span begin with those of a shorter one.
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

    /**
     * Nanoseconds, by inversion of the exponential distribution; the draw is in [0, 1), so that its complement has a
     * logarithm.
     */
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

    /** Verdicts on the arrivals of one run: how late each came, and whether any came twice. One thread. */
    static final class AnsweredArrivals {

        private static final int DIGITS = 3;

        private final String prefix;
        private final Arrivals arrivals;
        private final long beginNanos;
        private final long countedFromNanos;
        private final BitSet answered = new BitSet();
        private final Map<Kind, Histogram> micros = new EnumMap<>(Kind.class);
        private final Map<Kind, Long> embedMicros = new EnumMap<>(Kind.class);
        private int duplicates;

        /**
         * Begins to wait.
         *
         * @param prefix of the image ids; the arrival's number follows
         * @param beginNanos the moment from which arrivals count
         * @param countedFromNanos arrivals due earlier than this after the begin are awaited, but their times are not
         *     counted
         */
        AnsweredArrivals(String prefix, Arrivals arrivals, long beginNanos, long countedFromNanos) {
            this.prefix = prefix;
            this.arrivals = arrivals;
            this.beginNanos = beginNanos;
            this.countedFromNanos = countedFromNanos;
        }

        /**
         * Counts a verdict.
         *
         * @param embed microseconds of the batches that its views were in
         * @param nowNanos when it was read
         * @return whether it is one of these and the first for its image
         */
        boolean take(String imageId, long embed, long nowNanos) {
            if (!imageId.startsWith(prefix)) {
                return false;
            }
            int arrival = Integer.parseInt(imageId.substring(prefix.length()));
            if (answered.get(arrival)) {
                duplicates++;
                return false;
            }
            answered.set(arrival);
            long due = arrivals.dueNanos(arrival);
            if (due >= countedFromNanos) {
                // Waited for in microseconds; a verdict cannot come before its upload was due, but clocks have grains.
                micros.computeIfAbsent(arrivals.kind(arrival), kind -> new Histogram(DIGITS))
                        .recordValue(Math.max(0, (nowNanos - beginNanos - due) / 1_000));
                embedMicros.merge(arrivals.kind(arrival), embed, Long::sum);
            }
            return true;
        }

        boolean isComplete() {
            return answered.cardinality() == arrivals.size();
        }

        /** Arrivals without a verdict. */
        int missing() {
            return arrivals.size() - answered.cardinality();
        }

        /** Verdicts on what had one already. */
        int duplicates() {
            return duplicates;
        }

        /**
         * Time of the encoder by kind, in microseconds. A batch counts whole for each upload with a view in it, so this
         * is an upper bound.
         */
        Map<Kind, Long> embedMicros() {
            return embedMicros;
        }

        /** Times by kind, in microseconds; kinds of which none was counted are missing. */
        Map<Kind, Histogram> micros() {
            return micros;
        }
    }

    /**
     * What a worker is given.
     *
     * @param rate uploads a second, of all kinds together
     * @param settle time before latencies count: caches and compilers have to get used to the rate
     * @param measured time in which they count
     * @param seed of the arrivals
     */
    record Load(double rate, Duration settle, Duration measured, Mix mix, long seed) {

        Arrivals arrivals() {
            return Arrivals.poisson(rate, settle.plus(measured), mix, seed);
        }

        /** The same with nothing but plain uploads. */
        Load plain() {
            return new Load(rate, settle, measured, Mix.NONE, seed);
        }
    }
}
