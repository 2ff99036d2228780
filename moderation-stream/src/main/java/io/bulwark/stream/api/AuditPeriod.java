package io.bulwark.stream.api;
import io.bulwark.stream.problem.ProblemException;
import io.bulwark.stream.problem.Problem;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/**
 * The time that audits are counted over.
 *
 * @param since when the first bucket begins: a multiple of its width since 1970, so that buckets stay where they are while
 *     time goes on
 * @param bucket its width
 */
record AuditPeriod(Instant since, Duration bucket) {

    static final String AN_HOUR = "3600";

    private static final int MOST_BUCKETS = 1000;
    private static final int LEAST_SECONDS = 60;
    private static final int MOST_SECONDS = 86_400;

    /**
     * @param since ISO 8601
     * @param bucket seconds
     * @throws ProblemException where either is not what is allowed, or there are more than {@value #MOST_BUCKETS}
     *     buckets until now
     */
    static AuditPeriod parse(String since, String bucket, Instant now) {
        Duration width = Duration.ofSeconds(seconds(bucket));
        Instant from = instant(since);
        if (Duration.between(from, now).dividedBy(width) >= MOST_BUCKETS) {
            throw wrong("since must be less than " + MOST_BUCKETS + " buckets ago.");
        }
        return new AuditPeriod(
                Instant.ofEpochSecond(Math.floorDiv(from.getEpochSecond(), width.toSeconds()) * width.toSeconds()),
                width);
    }

    private static int seconds(String text) {
        if (text.matches("[0-9]{1,5}")) {
            int seconds = Integer.parseInt(text);
            if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) {
                return seconds;
            }
        }
        throw wrong("bucket must be seconds from " + LEAST_SECONDS + " to " + MOST_SECONDS + ".");
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException wrong) {
            throw wrong("since must be an instant as ISO 8601 has it, such as 2026-11-27T00:00:00Z.");
        }
    }

    private static ProblemException wrong(String detail) {
        return Problem.BAD_PARAMETER.with(detail);
    }
}
