package io.bulwark.stream.outbound;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** The outcome of one attempt. */
sealed interface AttemptResult {

    /** Statuses that reject the event itself. */
    Set<Integer> REJECTIONS = Set.of(400, 409, 413, 414, 415, 422);

    int INTERNAL_ERROR = 500;
    Duration LONGEST_REST = Duration.ofHours(1);

    /** The receiver has it. */
    record Taken() implements AttemptResult {}

    /** The receiver rejects this event. */
    record Refused(int status) implements AttemptResult {}

    /**
     * The receiver does not work, or does not let us in. Says nothing about the event.
     *
     * @param why a few words, without anything that the receiver wrote
     * @param rest the pause that the receiver requests
     * @param broken whether this event may have broken the receiver: no answer, or 500
     */
    record Unavailable(String why, Optional<Duration> rest, boolean broken) implements AttemptResult {}

    /**
     * The meaning of a status. Redirects are not followed: the operator set the address.
     *
     * @param retryAfter the header of that name: seconds, or a date of HTTP
     */
    static AttemptResult of(int status, Optional<String> retryAfter, Instant now) {
        if (status >= 200 && status < 300) {
            return new Taken();
        }
        return REJECTIONS.contains(status)
                ? new Refused(status)
                : new Unavailable(
                        "status " + status,
                        retryAfter.flatMap(text -> rest(text, now)),
                        status == INTERNAL_ERROR && retryAfter.isEmpty());
    }

    private static Optional<Duration> rest(String text, Instant now) {
        try {
            Duration requested = text.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return Optional.of(requested.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : requested)
                    .filter(rest -> !rest.isNegative());
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }
}
