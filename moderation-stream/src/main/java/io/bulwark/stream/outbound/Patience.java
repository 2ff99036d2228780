package io.bulwark.stream.outbound;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures: twice as long after each, from a second to five minutes, and of that a random share from
 * a half to the whole, so that what failed together does not come back together.
 *
 * @param chance draws the share
 */
record Patience(RandomGenerator chance) {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /**
     * @param failures in a row, from 1
     */
    Duration after(int failures) {
        long doubled = FIRST.toMillis() << Math.min(failures - 1, 20);
        long whole = Math.min(doubled, LONGEST.toMillis());
        return Duration.ofMillis(whole / 2 + chance.nextLong(whole / 2 + 1));
    }
}
