package io.bulwark.perception.model;

import java.time.Duration;

/** How speed is measured here: by the fastest of many calls, for what disturbs the others has nothing to do with them. */
final class FastestCall {

    private FastestCall() {}

    /**
     * Measures on the calling thread.
     *
     * @param warmUp calls before the first that counts
     * @param time to go on for; one call counts at least
     * @return nanoseconds
     */
    static long nanos(int warmUp, Duration time, Runnable call) {
        for (int i = 0; i < warmUp; i++) {
            call.run();
        }
        long fastest = Long.MAX_VALUE;
        long begin = System.nanoTime();
        do {
            long start = System.nanoTime();
            call.run();
            fastest = Math.min(fastest, System.nanoTime() - start);
        } while (System.nanoTime() - begin < time.toNanos());
        return fastest;
    }
}
