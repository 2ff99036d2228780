package io.bulwark.perception.audit;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many images the twin is asked about beyond its sample. An uploader chooses how many images lie near a
 * threshold, and each costs a forward pass; so in a minute they are at most {@value #TIMES} times the sample, and at
 * least {@value #LEAST} where few images arrive. Any thread.
 */
public final class TwinBudget {

    /** Of the share that is drawn. */
    static final int TIMES = 4;

    /** In each minute, however few images come. */
    static final int LEAST = 60;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final double share;
    private final LongSupplier nanos;
    private long begun; // guarded by this, as the next two
    private long seen;
    private long taken;

    /**
     * @param share that is drawn, above 0 up to 1
     * @param nanos a clock that only its differences count of
     */
    public TwinBudget(double share, LongSupplier nanos) {
        this.share = share;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** An image was decided. */
    public synchronized void sees() {
        renew();
        seen++;
    }

    /** Whether the twin may be asked about one more; if so it is taken. */
    public synchronized boolean takes() {
        renew();
        boolean within = taken < Math.max(LEAST, TIMES * share * seen);
        taken += within ? 1 : 0;
        return within;
    }

    private void renew() {
        long now = nanos.getAsLong();
        if (now - begun >= MINUTE) {
            begun = now;
            seen = 0;
            taken = 0;
        }
    }
}
