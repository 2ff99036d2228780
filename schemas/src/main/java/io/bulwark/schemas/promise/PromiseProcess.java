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
 * What the draws of one rate say: a function of the draws in their order, their answers and the time, so that instances,
 * restarts and a recount agree. A correction of an answer restates all of it. What takes no further part is not kept:
 * its size does not grow with the draws. One thread.
 */
public final class PromiseProcess {

    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::decidedAt).thenComparing(Entry::id);

    private final int most;
    private final Optional<BettingEvidence> evidence;
    private final RateBand band;
    private final List<Point> points;
    private long draws;
    private long answered;
    private long overdue;
    private long entered;
    private boolean waits;
    private long stride = 1;
    private Instant last = Instant.EPOCH;

    /**
     * Without draws.
     *
     * @param leastProbability of all draws, in (0, 1]
     * @param most points of the band at most, at least 1
     */
    public PromiseProcess(Rules rules, double leastProbability, int most) {
        this.most = most;
        this.evidence = rules.promise().stream()
                .mapToObj(promise -> new BettingEvidence(new Terms(promise, leastProbability, rules.error())))
                .findFirst();
        this.band = new RateBand(leastProbability, rules.error());
        this.points = new ArrayList<>();
    }

    private PromiseProcess(PromiseProcess from) {
        this.most = from.most;
        this.evidence = from.evidence.map(BettingEvidence::copy);
        this.band = from.band.copy();
        this.points = new ArrayList<>(from.points);
        this.draws = from.draws;
        this.answered = from.answered;
        this.overdue = from.overdue;
        this.entered = from.entered;
        this.waits = from.waits;
        this.stride = from.stride;
        this.last = from.last;
    }

    /** A copy, from which to go on without changing this one. */
    public PromiseProcess copy() {
        return new PromiseProcess(this);
    }

    /**
     * Takes the next draw. For evidence all of them count, those without an answer with their smallest value. The band
     * ends before the first one that may still be answered in time.
     *
     * @param entry after all that were taken
     * @param due draws up to here without an answer are overdue
     */
    public void add(Entry entry, Instant due) {
        draws++;
        evidence.ifPresent(against -> against.add(entry.draw()));
        waits |= awaits(entry, due);
        if (!entry.draw().isOpen()) {
            answered++;
        } else if (!awaits(entry, due)) {
            overdue++;
        }
        if (!waits) {
            band.add(entry.draw());
            entered++;
            last = entry.decidedAt();
            if (entered % stride == 0 && most > 1) {
                points.add(point());
                thinOut();
            }
        }
    }

    /** Whether the band waits for this draw's answer: it ends before it. */
    public static boolean awaits(Entry entry, Instant due) {
        return entry.draw().isOpen() && entry.decidedAt().isAfter(due);
    }

    /** Keeps each second point once there are as many as may be, the last one of a standing included. */
    private void thinOut() {
        if (points.size() == most) {
            List<Point> second = new ArrayList<>();
            for (int i = 1; i < points.size(); i += 2) {
                second.add(points.get(i));
            }
            points.clear();
            points.addAll(second);
            stride *= 2;
        }
    }

    private Point point() {
        return new Point(last, band.estimate(), band.low(), band.high());
    }

    /** How the rate stands after what was taken. */
    public Standing standing() {
        Point now = point();
        List<Point> shown = new ArrayList<>(points);
        if (entered > 0 && (shown.isEmpty() || entered % stride != 0)) {
            shown.add(now);
        }
        return new Standing(
                draws,
                answered,
                overdue,
                now.estimate(),
                now.low(),
                now.high(),
                evidence.map(BettingEvidence::log).orElse(0.0),
                evidence.map(BettingEvidence::greatestLog).orElse(0.0),
                evidence.map(BettingEvidence::greatestDetected).orElse(0.0),
                List.copyOf(shown));
    }

    /**
     * Counts all draws.
     *
     * @param entries in any order
     * @param most points at most
     */
    public static Standing of(Rules rules, List<Entry> entries, Instant now, int most) {
        double least = entries.stream()
                .mapToDouble(entry -> entry.draw().probability())
                .min()
                .orElse(1);
        var process = new PromiseProcess(rules, least, most);
        Instant due = now.minus(rules.deadline());
        entries.stream().sorted(ORDER).forEach(entry -> process.add(entry, due));
        return process.standing();
    }

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
}
