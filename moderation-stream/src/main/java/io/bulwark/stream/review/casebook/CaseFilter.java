package io.bulwark.stream.review.casebook;

import java.time.Instant;
import java.util.Optional;

/**
 * Which cases are wanted; all conditions hold at once.
 *
 * @param decision SAFE, NSFW, REVIEW or REFUSED
 * @param uploader by whom
 * @param label one of the case's labels
 * @param reviewer the person who decided
 * @param auditedOnly whether only suspected attacks
 * @param from decided then or later
 * @param until decided before then
 * @param leastScore this score or more
 * @param mostScore this score or less
 */
public record CaseFilter(
        Optional<String> decision,
        Optional<String> uploader,
        Optional<String> label,
        Optional<String> reviewer,
        boolean auditedOnly,
        Optional<Instant> from,
        Optional<Instant> until,
        Optional<Double> leastScore,
        Optional<Double> mostScore) {

    /** Every case. */
    public static final CaseFilter ALL = new CaseFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
