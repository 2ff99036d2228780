package io.bulwark.perception.hub;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How long a request waits when the hub is busy: as long as {@code Retry-After} says (RFC 9110, section 10.2.3: seconds
 * or a date), else 1, 2, 4, 8 and 16 seconds. It waits {@value #MOST_WAITS} times at most, and no more than
 * {@link #MOST} in all. One thread, one request.
 */
final class BusyHubWait {

    static final int MOST_WAITS = 5;
    static final Duration MOST = Duration.ofMinutes(5);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final Clock clock;
    private final Sleeper sleeper;
    private int waits;
    private Duration waited = Duration.ZERO;

    BusyHubWait(Clock clock, Sleeper sleeper) {
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Lets time pass. */
    @FunctionalInterface
    interface Sleeper {

        void sleep(Duration time) throws InterruptedException;
    }

    /** Whether an answer says that the same request may do later. */
    static boolean isBusy(int status) {
        return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
    }

    /**
     * Waits before the request is sent again.
     *
     * @param retryAfter what the busy hub says; one that cannot be read counts as none
     * @return false, at once, where it has waited often enough or would have to wait too long
     */
    boolean await(Optional<String> retryAfter) throws InterruptedException {
        Duration wait = retryAfter.flatMap(this::asked).orElse(Duration.ofSeconds(1L << waits));
        if (waits == MOST_WAITS || waited.plus(wait).compareTo(MOST) > 0) {
            return false;
        }
        waits++;
        waited = waited.plus(wait);
        sleeper.sleep(wait);
        return true;
    }

    private Optional<Duration> asked(String retryAfter) {
        String text = retryAfter.strip();
        if (text.matches("\\d+")) {
            // More digits than these are longer than anybody waits.
            return Optional.of(text.length() > 9 ? MOST.plusSeconds(1) : Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration until =
                    Duration.between(clock.instant(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            return Optional.of(until.isNegative() ? Duration.ZERO : until);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
