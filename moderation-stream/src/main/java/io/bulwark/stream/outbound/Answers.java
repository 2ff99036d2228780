package io.bulwark.stream.outbound;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** What a status means. Redirects are not followed: the operator said where to. */
final class Answers {

    /** Of these a receiver says that the event itself is at fault; all others are about the receiver, or about us. */
    private static final Set<Integer> ABOUT_THE_EVENT = Set.of(400, 409, 413, 414, 415, 422);

    private static final int BROKEN = 500;
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private Answers() {}

    /**
     * @param retryAfter the header of that name: seconds, or a date of HTTP
     */
    static Answer of(int status, Optional<String> retryAfter, Instant now) {
        if (status >= 200 && status < 300) {
            return new Answer.Taken();
        }
        return ABOUT_THE_EVENT.contains(status)
                ? new Answer.Refused(status)
                : new Answer.Unavailable(
                        "status " + status,
                        retryAfter.flatMap(text -> rest(text, now)),
                        status == BROKEN && retryAfter.isEmpty());
    }

    private static Optional<Duration> rest(String text, Instant now) {
        try {
            Duration asked = text.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return Optional.of(asked.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : asked)
                    .filter(rest -> !rest.isNegative());
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }
}
