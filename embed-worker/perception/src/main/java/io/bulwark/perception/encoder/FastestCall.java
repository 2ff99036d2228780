package io.bulwark.perception.encoder;

import java.time.Duration;

/** How speed is measured here: by the fastest of many calls, for what disturbs the others has nothing to do with them. */
public final class FastestCall {

    private FastestCall() {}

    /**
     * Measures on the calling thread.
     *
     * @param warmUp calls before the first that counts; fewer, but one, where these alone take as long as {@code time}
     * @param time to go on for after the warm-up; one call counts at least
     * @return nanoseconds
     */
    public static long nanos(int warmUp, Duration time, Runnable call) {
        long begin = System.nanoTime();
        for (int i = 0; i < warmUp && (i == 0 || System.nanoTime() - begin < time.toNanos()); i++) {
            call.run();
        }
        long fastest = Long.MAX_VALUE;
        begin = System.nanoTime();
        do {
            long start = System.nanoTime();
            call.run();
            fastest = Math.min(fastest, System.nanoTime() - start);
        } while (System.nanoTime() - begin < time.toNanos());
        return fastest;
    }
}
