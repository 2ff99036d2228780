package io.bulwark.schemas.promise;

import io.bulwark.schemas.promise.BettingEvidence.Terms;
import io.bulwark.schemas.promise.PromisedRate.Draw;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the draws of one rate say: a pure function of the draws, their answers and the time, so that instances, restarts
 * and a recount agree. A correction of an answer restates all of it.
 */
public final class PromiseProcess {

    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::decidedAt).thenComparing(Entry::id);

    private PromiseProcess() {}

    /**
     * A draw in its order.
     *
     * @param decidedAt when the machine decided
     * @param id orders draws of the same instant
     */
    public record Entry(Instant decidedAt, String id, Draw draw) {}

    /**
     * The standing of a rate.
     *
     * @param draws all of them
     * @param answered those with an answer
     * @param overdue those without one past the deadline
     * @param estimate weighted share of events in the base, of what has entered; NaN before the first
     * @param low lower end of the band of what has entered, in [0, 1]
     * @param high upper end
     * @param log natural logarithm of the evidence against the promise; 0 where none is watched
     * @param greatestLog the greatest that it has been at any draw
     * @param greatestDetected the greatest value of the e-detector
     * @param points the band over time, oldest first
     */
    public record Standing(
            long draws,
            long answered,
            long overdue,
            double estimate,
            double low,
            double high,
            double log,
            double greatestLog,
            double greatestDetected,
            List<Point> points) {}

    /** The band after a draw. */
    public record Point(Instant at, double estimate, double low, double high) {}

    /**
     * How a rate is watched.
     *
     * @param promise in (0, {@value BettingEvidence#MOST_PROMISED}]; without one there is a band and no evidence
     * @param error of the reviewers, usable
     * @param deadline until when an answer is waited for
     */
    public record Rules(OptionalDouble promise, ReviewerError error, Duration deadline) {}

    /**
     * Counts all draws. For evidence all of them count, those without an answer with their smallest value. The band
     * ends before the first one that may still be answered in time.
     *
     * @param entries in any order
     * @param most points at most
     */
    public static Standing of(Rules rules, List<Entry> entries, Instant now, int most) {
        List<Entry> ordered = entries.stream().sorted(ORDER).toList();
        double least = ordered.stream()
                .mapToDouble(entry -> entry.draw().probability())
                .min()
                .orElse(1);
        Optional<BettingEvidence> evidence = rules.promise().isPresent()
                ? Optional.of(new BettingEvidence(new Terms(rules.promise().getAsDouble(), least, rules.error())))
                : Optional.empty();
        var band = new RateBand(least, rules.error());
        Instant due = now.minus(rules.deadline());
        int entered = entered(ordered, due);
        int step = Math.max(1, (entered + most - 1) / most);
        List<Point> points = new ArrayList<>();
        long answered = 0;
        long overdue = 0;
        for (int i = 0; i < ordered.size(); i++) {
            Entry entry = ordered.get(i);
            evidence.ifPresent(against -> against.add(entry.draw()));
            if (!entry.draw().isOpen()) {
                answered++;
            } else if (!entry.decidedAt().isAfter(due)) {
                overdue++;
            }
            if (i < entered) {
                band.add(entry.draw());
                if ((entered - 1 - i) % step == 0) { // the last one is a point
                    points.add(new Point(entry.decidedAt(), band.estimate(), band.low(), band.high()));
                }
            }
        }
        return new Standing(
                ordered.size(),
                answered,
                overdue,
                band.estimate(),
                band.low(),
                band.high(),
                evidence.map(BettingEvidence::log).orElse(0.0),
                evidence.map(BettingEvidence::greatestLog).orElse(0.0),
                evidence.map(BettingEvidence::greatestDetected).orElse(0.0),
                List.copyOf(points));
    }

    private static int entered(List<Entry> ordered, Instant due) {
        int entered = 0;
        while (entered < ordered.size()
                && !(ordered.get(entered).draw().isOpen()
                        && ordered.get(entered).decidedAt().isAfter(due))) {
            entered++;
        }
        return entered;
    }
}
