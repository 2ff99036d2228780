package io.bulwark.lab.bench.latency;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Verdicts on the arrivals of one run: how late each came, and whether any came twice. One thread. */
final class AnsweredArrivals {

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
     * @param countedFromNanos arrivals due earlier than this after the begin are awaited, but their times are not counted
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
     * Time of the encoder by kind, in microseconds. A batch counts whole for each upload with a view in it, so this is an
     * upper bound.
     */
    Map<Kind, Long> embedMicros() {
        return embedMicros;
    }

    /** Times by kind, in microseconds; kinds of which none was counted are missing. */
    Map<Kind, Histogram> micros() {
        return micros;
    }
}
