package io.bulwark.schemas.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.PromiseProcess.Entry;
import io.bulwark.schemas.promise.PromiseProcess.Rules;
import io.bulwark.schemas.promise.PromiseProcess.Standing;
import io.bulwark.schemas.promise.PromisedRate.Draw;
import io.bulwark.schemas.promise.PromisedRate.Membership;
import io.bulwark.schemas.promise.ReviewerError.Answers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Order, deadlines, the band and the division over streams. */
class PromiseProcessTest {

    private static final Instant BEGIN = Instant.parse("2026-11-29T00:00:00Z");
    private static final Duration DEADLINE = Duration.ofDays(7);
    private static final ReviewerError ERROR = new ReviewerError(0.02, 0.05);
    private static final Rules RULES = new Rules(OptionalDouble.of(0.02), ERROR, DEADLINE);
    private static final Instant LATER = BEGIN.plus(Duration.ofDays(30));

    @Test
    void theOrderIsThatOfTheDrawsWhateverTheOrderInWhichTheyAreRead() {
        List<Entry> entries = entries(300, 1);
        Standing standing = PromiseProcess.of(RULES, entries, LATER, 20);
        for (int seed = 0; seed < 5; seed++) {
            List<Entry> shuffled = new ArrayList<>(entries);
            Collections.shuffle(shuffled, new Random(seed));
            assertThat(PromiseProcess.of(RULES, shuffled, LATER, 20)).isEqualTo(standing);
        }
        assertThat(standing.points()).hasSizeBetween(10, 20);
    }

    /** This is why answers may be as late as they like. */
    @Test
    void whateverAnswersAreMissingEvidenceIsNoGreaterThanOnceAllAreThere() {
        var chance = new SplittableRandom(3);
        for (int stream = 0; stream < 100; stream++) {
            List<Entry> answered = entries(100, stream);
            double all = PromiseProcess.of(RULES, answered, LATER, 1).greatestLog();
            List<Entry> some = answered.stream()
                    .map(entry -> chance.nextInt(3) == 0 ? open(entry) : entry)
                    .toList();
            Standing early = PromiseProcess.of(RULES, some, LATER, 1);
            assertThat(early.greatestLog()).isLessThanOrEqualTo(all);
            assertThat(early.log()).isLessThanOrEqualTo(early.greatestLog());
        }
    }

    @Test
    void theBandWaitsForAnAnswerUntilItsDeadlineAndThenCountsBothWays() {
        List<Entry> entries = new ArrayList<>(entries(200, 4));
        Standing answered = PromiseProcess.of(RULES, entries, LATER, 1);
        entries.set(50, open(entries.get(50)));
        Instant inTime = entries.get(50).decidedAt().plus(DEADLINE).minusSeconds(1);
        Standing waits = PromiseProcess.of(RULES, entries, inTime, 1);
        assertThat(waits)
                .isEqualTo(new Standing(
                        200,
                        199,
                        0,
                        waits.estimate(),
                        waits.low(),
                        waits.high(),
                        waits.log(),
                        waits.greatestLog(),
                        waits.greatestDetected(),
                        waits.points()));
        Standing before = PromiseProcess.of(RULES, entries.subList(0, 50), LATER, 1);
        assertThat(List.of(waits.low(), waits.high())).containsExactly(before.low(), before.high());
        Standing overdue = PromiseProcess.of(RULES, entries, inTime.plusSeconds(1), 1);
        assertThat(overdue.overdue()).isEqualTo(1);
        assertThat(overdue.low()).isLessThanOrEqualTo(answered.low());
        assertThat(overdue.high()).isGreaterThanOrEqualTo(answered.high());
    }

    @Test
    void withoutAPromiseThereIsABandAndNoEvidence() {
        Standing standing =
                PromiseProcess.of(new Rules(OptionalDouble.empty(), ERROR, DEADLINE), entries(500, 5), LATER, 1);
        assertThat(standing.greatestLog()).isZero();
        assertThat(standing.low()).isLessThan(standing.estimate());
        assertThat(standing.high()).isGreaterThan(standing.estimate());
        assertThat(PromiseProcess.of(RULES, List.of(), LATER, 1).estimate()).isNaN();
    }

    /** The rate goes from one promise to a fifth of it, draws have unequal probabilities and reviewers err. */
    @Test
    void theBandHoldsTheMeanRateOfAllDrawsAtEveryLookInAtLeastNineteenOfTwentyStreams() {
        var chance = new SplittableRandom(6);
        int missed = 0;
        for (int stream = 0; stream < 400; stream++) {
            var band = new RateBand(0.2, new ReviewerError(0.01, 0.05));
            double events = 0;
            double inside = 0;
            boolean held = true;
            for (int i = 0; i < 1500; i++) {
                double prevalence = i < 700 ? 0.9 : 0.4;
                double rate = i < 500 ? 0.2 : 0.04;
                events += prevalence * rate;
                inside += prevalence;
                boolean base = chance.nextDouble() < prevalence;
                boolean event = chance.nextDouble() < (base ? rate : 0.1);
                double probability = event ? 0.2 : 0.5;
                boolean wrong = chance.nextDouble() < (base ? 0.05 : 0.01);
                if (chance.nextDouble() < probability) {
                    band.add(new Draw(probability, event, base != wrong ? Membership.INSIDE : Membership.OUTSIDE));
                }
                if (i % 25 == 24) {
                    held &= band.low() <= events / inside && events / inside <= band.high();
                }
            }
            missed += held ? 0 : 1;
            assertThat(band.high() - band.low()).isLessThan(0.35);
        }
        assertThat(missed).isLessThanOrEqualTo(29); // 20 expected at most; 29 has a chance of 0.98 then
    }

    @Test
    void theBoundOfTheReviewersErrorHoldsAtEveryNumberOfAnswers() {
        var chance = new SplittableRandom(7);
        int broken = 0;
        for (int stream = 0; stream < 400; stream++) {
            long wrong = 0;
            boolean held = true;
            for (int answered = 1; answered <= 300; answered++) {
                wrong += chance.nextDouble() < 0.05 ? 1 : 0;
                held &= answered % 10 != 0 || ReviewerError.upper(new Answers(answered, wrong), 0.1) >= 0.05;
            }
            broken += held ? 0 : 1;
        }
        assertThat(broken).isBetween(1, 52); // 40 expected at most
        assertThat(ReviewerError.upper(Answers.NONE, 0.1)).isEqualTo(1);
        assertThat(ReviewerError.upper(new Answers(1000, 0), 0.005)).isBetween(0.005, 0.012);
        assertThat(ReviewerError.upper(new Answers(3, 3), 0.005)).isCloseTo(1, within(1e-9));
    }

    @Test
    void aBoundIsWhereTheMixtureOfAllLikelihoodsIsTwentyTimesThatOfTheBound() {
        double q = ReviewerError.upper(new Answers(40, 3), 0.05);
        double mixture = DoubleStream.iterate(0.5e-4, p -> p < 1, p -> p + 1e-4)
                .map(p -> Math.pow(p, 2.5) * Math.pow(1 - p, 36.5) * 1e-4 / Math.PI)
                .sum();
        assertThat(mixture / (Math.pow(q, 3) * Math.pow(1 - q, 37))).isCloseTo(20, within(0.05));
    }

    @Test
    void theSharesOfAllStreamsAddUpToTheWhole() {
        double sum = 0;
        for (long stream = 1; stream <= 1_000_000; stream++) {
            sum += FalseAlarmBudget.share(0.05, stream);
        }
        assertThat(sum).isLessThanOrEqualTo(0.05).isCloseTo(0.05, within(1e-6));
    }

    @Test
    void streamsThatStandOutAreThoseOfTheDefinition() {
        var chance = new SplittableRandom(8);
        for (int trial = 0; trial < 200; trial++) {
            List<Double> logs = DoubleStream.generate(() -> 8 * chance.nextDouble() - 2)
                    .limit(1 + chance.nextInt(20))
                    .boxed()
                    .toList();
            Set<Integer> named = FalseAlarmBudget.standOut(logs, 0.1);
            int most = 0;
            for (int k = 1; k <= logs.size(); k++) { // the largest k of which k e-values are K / (k alpha) at least
                double least = logs.size() / (k * 0.1);
                if (logs.stream().filter(log -> Math.exp(log) >= least).count() >= k) {
                    most = k;
                }
            }
            assertThat(named).hasSize(most);
            assertThat(named.stream().mapToDouble(logs::get).min().orElse(0))
                    .isGreaterThanOrEqualTo(logs.stream()
                                    .sorted(Collections.reverseOrder())
                                    .toList()
                                    .get(Math.max(0, most - 1))
                            - (most == 0 ? 100 : 0));
        }
    }

    @Test
    void aRateCountsItsDecisionAmongItsBase() {
        assertThat(PromisedRate.FALSELY_FLAGGED.draw(1, Decision.NSFW, Optional.of(Decision.SAFE)))
                .isEqualTo(new Draw(1, true, Membership.INSIDE));
        assertThat(PromisedRate.MISSED.draw(1, Decision.REVIEW, Optional.empty()))
                .isEqualTo(new Draw(1, false, Membership.OPEN));
    }

    private static Entry open(Entry entry) {
        return new Entry(
                entry.decidedAt(),
                entry.id(),
                new Draw(entry.draw().probability(), entry.draw().event(), Membership.OPEN));
    }

    /** Two draws share each instant. */
    private static List<Entry> entries(int count, long seed) {
        var chance = new SplittableRandom(seed);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean inside = chance.nextInt(4) > 0;
            entries.add(new Entry(
                    BEGIN.plus(Duration.ofHours(i / 2)),
                    "draw-" + i,
                    new Draw(
                            chance.nextBoolean() ? 0.1 : 0.4,
                            chance.nextDouble() < 0.05,
                            inside ? Membership.INSIDE : Membership.OUTSIDE)));
        }
        return entries;
    }
}
