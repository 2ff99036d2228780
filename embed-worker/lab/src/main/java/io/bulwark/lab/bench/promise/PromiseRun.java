package io.bulwark.lab.bench.promise;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.bench.promise.PromiseTraffic.Outcome;
import io.bulwark.lab.bench.promise.PromiseTraffic.Traffic;
import io.bulwark.schemas.promise.BettingEvidence;
import io.bulwark.schemas.promise.BettingEvidence.Terms;
import io.bulwark.schemas.promise.FalseAlarmBudget;
import io.bulwark.schemas.promise.PromiseProcess;
import io.bulwark.schemas.promise.PromiseProcess.Entry;
import io.bulwark.schemas.promise.PromiseProcess.Rules;
import io.bulwark.schemas.promise.PromiseProcess.Standing;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.schemas.promise.PromisedRate.Draw;
import io.bulwark.schemas.promise.PromisedRate.Membership;
import io.bulwark.schemas.promise.RateBand;
import io.bulwark.schemas.promise.ReviewerError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Many simulated streams of one scenario, watched as moderation-stream watches them. */
record PromiseRun(Scenario scenario, Sizes sizes) {

    /** The e-detector alarms here: its average run length in draws is at least this. */
    static final int RUN_LENGTH = 10_000;

    /** From this number of pictures in the base on, the interval rule looks. */
    private static final int NAIVE_FROM = 100;

    private static final int LOOK_EVERY = 500;
    private static final int FLOOD_FROM = 500;
    private static final int FLOOD = 500;

    /** How much is simulated: streams, draws of each, known items on each side, tenants where there are several. */
    record Sizes(int streams, int draws, int known, int tenants) {}

    /** What is particular about a scenario, beside its traffic. */
    enum Course {
        PLAIN,
        /** Events are answered at once, the others late, some past the deadline. */
        LATE,
        /** Each stream stands for many tenants, which share the chance of a false alarm. */
        TENANTS,
        /** 500 copies of one missed file: the file is drawn once. */
        COPIES,
        /** 500 near copies of one missed picture, each another file. */
        NEAR_COPIES
    }

    /**
     * @param from the draw from which on a broken promise is broken
     * @param mustBeFound whether the command fails where it is not found soon
     */
    record Scenario(String name, Traffic traffic, Course course, int from, boolean mustBeFound) {}

    /**
     * What became of the streams.
     *
     * @param alarmed streams whose evidence alarmed, with that of any tenant
     * @param delays draws from the break to the alarm, of the alarmed streams
     * @param detected streams in which the e-detector alarmed
     * @param detectorDelays draws from the break to that alarm
     * @param naive streams in which a rule alarms that looks at the 95 % interval at every answer, without bounds of
     *     errors
     * @param bandMissed streams whose band did not hold the mean rate at some look
     */
    record Counts(
            int streams,
            int alarmed,
            List<Integer> delays,
            int detected,
            List<Integer> detectorDelays,
            int naive,
            int bandMissed) {}

    /** @param seed the same seed has the same streams */
    Counts run(long seed) {
        var chances = new SplittableRandom(seed);
        List<Integer> delays = new ArrayList<>();
        List<Integer> detectorDelays = new ArrayList<>();
        int alarmed = 0;
        int detected = 0;
        int naive = 0;
        int missed = 0;
        for (int i = 0; i < sizes.streams(); i++) {
            Stream stream = scenario.course() == Course.TENANTS ? tenants(chances.split()) : stream(chances.split(), 1);
            alarmed += stream.alarm >= scenario.from() ? 1 : 0;
            detected += stream.detection >= scenario.from() ? 1 : 0;
            naive += stream.naive ? 1 : 0;
            missed += stream.bandMissed ? 1 : 0;
            if (stream.alarm >= scenario.from()) {
                delays.add(stream.alarm - scenario.from());
            }
            if (stream.detection >= scenario.from()) {
                detectorDelays.add(stream.detection - scenario.from());
            }
        }
        return new Counts(sizes.streams(), alarmed, delays, detected, detectorDelays, naive, missed);
    }

    /** One stream's alarms: draws until then, -1 where there was none. */
    private static final class Stream {
        private int alarm = -1;
        private int detection = -1;
        private boolean naive;
        private boolean bandMissed;
    }

    private Stream tenants(SplittableRandom chances) {
        var all = new Stream();
        for (int tenant = 1; tenant <= sizes.tenants(); tenant++) {
            Stream one = stream(chances.split(), tenant);
            all.alarm = Math.max(all.alarm, one.alarm);
            all.detection = Math.max(all.detection, one.detection);
            all.naive |= one.naive;
            all.bandMissed |= one.bandMissed;
        }
        return all;
    }

    private Stream stream(SplittableRandom chance, int position) {
        double needed = -Math.log(FalseAlarmBudget.share(FalseAlarmBudget.EVIDENCE, position));
        ReviewerError error = scenario.traffic()
                .reviewers()
                .bounds(sizes.known(), FalseAlarmBudget.share(FalseAlarmBudget.ERRORS, position), chance);
        var result = new Stream();
        if (!error.isUsable()) {
            return result; // no rate is watched by so few known items
        }
        var traffic = new PromiseTraffic(scenario.traffic(), chance);
        return scenario.course() == Course.LATE
                ? late(result, traffic, error, needed, chance)
                : atOnce(result, traffic, error, needed);
    }

    private Stream atOnce(Stream result, PromiseTraffic traffic, ReviewerError error, double needed) {
        double promise = scenario.traffic().promise();
        var evidence = new BettingEvidence(new Terms(promise, traffic.leastProbability(), error));
        var band = new RateBand(traffic.leastProbability(), error);
        var mean = new MeanRate(scenario.traffic());
        var naive = new IntervalRule(promise);
        int skipped = 0;
        for (int i = 1; i <= sizes.draws(); i++) {
            double over = i / (double) sizes.draws();
            boolean flooded = scenario.course() != Course.PLAIN
                    && scenario.course() != Course.TENANTS
                    && i > FLOOD_FROM
                    && i <= FLOOD_FROM + FLOOD;
            Draw draw = flooded
                    ? new Draw(traffic.leastProbability(), true, Membership.INSIDE)
                    : traffic.next(over).draw();
            naive.add(draw);
            if (flooded && scenario.course() == Course.COPIES && i > FLOOD_FROM + 1) {
                skipped++;
                continue; // drawn before
            }
            evidence.add(draw);
            band.add(draw);
            mean.add(over);
            if (result.alarm < 0 && evidence.log() >= needed) {
                result.alarm = i - skipped;
            }
            if (result.detection < 0 && evidence.detected() >= RUN_LENGTH) {
                result.detection = i - skipped;
            }
            result.bandMissed |= i % LOOK_EVERY == 0 && !mean.isWithin(band.low(), band.high());
        }
        result.naive = naive.alarmed;
        return result;
    }

    /** Looks again and again at what was answered until then, by the process that moderation-stream runs. */
    private Stream late(
            Stream result, PromiseTraffic traffic, ReviewerError error, double needed, SplittableRandom chance) {
        double promise = scenario.traffic().promise();
        var rules = new Rules(OptionalDouble.of(promise), error, Duration.ofSeconds(1000));
        var naive = new IntervalRule(promise);
        List<Outcome> outcomes = new ArrayList<>();
        List<Integer> answered = new ArrayList<>();
        for (int i = 1; i <= sizes.draws(); i++) {
            Outcome outcome = traffic.next(i / (double) sizes.draws());
            outcomes.add(outcome);
            double wait = -Math.log1p(-chance.nextDouble());
            answered.add(i + (outcome.isMiss() ? 0 : (int) (outcome.draw().event() ? 200 * wait : 400 * wait)));
            if (i % LOOK_EVERY != 0) {
                continue;
            }
            List<Entry> entries = new ArrayList<>();
            naive.restart();
            for (int j = 0; j < i; j++) {
                Draw draw = outcomes.get(j).draw();
                boolean open = answered.get(j) > i;
                entries.add(new Entry(
                        Instant.ofEpochSecond(j),
                        "",
                        open ? new Draw(draw.probability(), draw.event(), Membership.OPEN) : draw));
                if (!open) {
                    naive.add(draw);
                }
            }
            Standing standing = PromiseProcess.of(rules, entries, Instant.ofEpochSecond(i), 1);
            if (result.alarm < 0 && standing.greatestLog() >= needed) {
                result.alarm = i;
            }
            if (result.detection < 0 && standing.greatestDetected() >= RUN_LENGTH) {
                result.detection = i;
            }
            result.bandMissed |= !(standing.low() <= promise && promise <= standing.high());
        }
        result.naive = naive.alarmed;
        return result;
    }

    /** The mean rate of all outcomes so far. */
    private static final class MeanRate {

        private final Traffic traffic;
        private double events;
        private double base;

        MeanRate(Traffic traffic) {
            this.traffic = traffic;
        }

        void add(double over) {
            double flagged = traffic.prevalence().applyAsDouble(over);
            double inside = traffic.rate() == PromisedRate.MISSED ? flagged : 1 - flagged;
            base += inside;
            events += inside * traffic.promise() * traffic.times().applyAsDouble(over);
        }

        boolean isWithin(double low, double high) {
            return low <= events / base && events / base <= high;
        }
    }

    /** What a program would do that reads "95 %" off an interval at every answer. */
    private static final class IntervalRule {

        private final double promise;
        private int events;
        private int base;
        private boolean alarmed;

        IntervalRule(double promise) {
            this.promise = promise;
        }

        void restart() {
            events = 0;
            base = 0;
        }

        void add(Draw draw) {
            if (draw.membership() == Membership.INSIDE) {
                base++;
                events += draw.event() ? 1 : 0;
                alarmed |= draw.event()
                        && base >= NAIVE_FROM
                        && Proportion.of(events, base).low() > promise;
            }
        }
    }
}
