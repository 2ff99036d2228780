package io.bulwark.schemas.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.BettingEvidence.Terms;
import io.bulwark.schemas.promise.PromisedRate.Draw;
import io.bulwark.schemas.promise.PromisedRate.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The evidence beside the formula that it stands for, written out. */
class BettingEvidenceTest {

    private static final double[] LAMBDAS = {0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2};
    private static final double[] WEIGHTS = {0.05, 0.05, 0.1, 0.2, 0.3, 0.2, 0.1};
    private static final double LEAST = 0.1;

    @Test
    void itIsTheMeanOfTheBetsProductsAndTheDetectorTheSumOverAllStarts() {
        var chance = new SplittableRandom(1);
        for (int stream = 0; stream < 50; stream++) {
            var terms = new Terms(0.02 + 0.1 * chance.nextDouble(), LEAST, new ReviewerError(0.03, 0.1));
            var evidence = new BettingEvidence(terms);
            List<Draw> draws = new ArrayList<>();
            double greatest = 1;
            for (int i = 0; i < 40; i++) {
                draws.add(draw(chance));
                evidence.add(draws.get(i));
                double slow = slow(terms, draws, 0);
                greatest = Math.max(greatest, slow);
                assertThat(Math.exp(evidence.log())).isCloseTo(slow, within(1e-9 * slow));
                assertThat(Math.exp(evidence.greatestLog())).isCloseTo(greatest, within(1e-9 * greatest));
                double detected = 0;
                for (int start = 0; start <= i; start++) {
                    detected += slow(terms, draws, start);
                }
                assertThat(evidence.detected()).isCloseTo(detected, within(1e-9 * detected));
            }
        }
    }

    @Test
    void withoutErrorsTheScoreIsThatOfTheFormula() {
        var terms = new Terms(0.02, LEAST, ReviewerError.NONE);
        for (Decision machine : Decision.values()) {
            for (Decision people : List.of(Decision.SAFE, Decision.NSFW)) {
                double base = people == Decision.NSFW ? 1 : 0;
                double event = machine == Decision.SAFE ? 1 : 0;
                double z = base * (event - 0.02) / 0.4;
                Draw draw = PromisedRate.MISSED.draw(0.4, machine, Optional.of(people));
                assertThat(terms.score(draw)).isCloseTo(LEAST * z, within(1e-15));
            }
        }
    }

    /** All ways in which a machine, reviewers and the draw can come out, with their chances. */
    @Test
    void whileThePromiseIsKeptItsMeanIsAtMostOneWhateverTheReviewersErrorsInEachGroup() {
        var chance = new SplittableRandom(2);
        for (int world = 0; world < 500; world++) {
            double promise = 0.005 + 0.15 * chance.nextDouble();
            double prevalence = chance.nextDouble();
            double rate = promise * (chance.nextInt(3) == 0 ? chance.nextDouble() : 1);
            var bound = new ReviewerError(0.2 * chance.nextDouble(), 0.2 * chance.nextDouble());
            double[] into = {bound.into() * chance.nextDouble(), bound.into()};
            double[] outOf = {bound.outOf(), bound.outOf() * chance.nextDouble()};
            double eventsOutside = chance.nextDouble();
            double[] probability = {LEAST, LEAST + 0.9 * chance.nextDouble()};
            double mean = 0;
            double total = 0;
            for (int base = 0; base < 2; base++) {
                for (int event = 0; event < 2; event++) {
                    double events = base == 1 ? rate : eventsOutside;
                    double truth = (base == 1 ? prevalence : 1 - prevalence) * (event == 1 ? events : 1 - events);
                    for (int said = 0; said < 2; said++) {
                        double wrong = base == 1 ? outOf[event] : into[event];
                        double answer = truth * (said == base ? 1 - wrong : wrong);
                        var draw = new Draw(
                                probability[event], event == 1, said == 1 ? Membership.INSIDE : Membership.OUTSIDE);
                        var evidence = new BettingEvidence(new Terms(promise, LEAST, bound));
                        evidence.add(draw);
                        mean += answer * (probability[event] * Math.exp(evidence.log()) + 1 - probability[event]);
                        total += answer;
                    }
                }
            }
            assertThat(total).isCloseTo(1, within(1e-12));
            assertThat(mean).isLessThanOrEqualTo(1 + 1e-12);
        }
    }

    @Test
    void aDrawWithoutAnAnswerCountsWithItsSmallestValue() {
        var terms = new Terms(0.05, LEAST, new ReviewerError(0.1, 0.15));
        for (boolean event : new boolean[] {true, false}) {
            double open = terms.score(new Draw(0.3, event, Membership.OPEN));
            double inside = terms.score(new Draw(0.3, event, Membership.INSIDE));
            double outside = terms.score(new Draw(0.3, event, Membership.OUTSIDE));
            assertThat(open).isEqualTo(Math.min(inside, outside));
        }
    }

    @Test
    void thousandsOfEventsOverflowNothing() {
        var evidence = new BettingEvidence(new Terms(0.01, 1, ReviewerError.NONE));
        for (int i = 0; i < 5000; i++) {
            evidence.add(new Draw(1, true, Membership.INSIDE));
        }
        assertThat(evidence.log()).isFinite().isGreaterThan(5000);
        assertThat(evidence.detected()).isFinite().isGreaterThan(1e200);
    }

    @Test
    void whatCannotBeWatchedIsRefusedWithTheBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Terms(0.3, LEAST, ReviewerError.NONE))
                .withMessageContaining("(0, 0.2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Terms(0.1, LEAST, new ReviewerError(0.5, 0)))
                .withMessageContaining("0.2");
        var evidence = new BettingEvidence(new Terms(0.1, LEAST, ReviewerError.NONE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evidence.add(new Draw(0.01, true, Membership.OPEN)))
                .withMessageContaining("least");
    }

    private static Draw draw(SplittableRandom chance) {
        return new Draw(
                LEAST + 0.9 * chance.nextDouble(),
                chance.nextInt(5) == 0,
                Membership.values()[chance.nextInt(Membership.values().length)]);
    }

    private static double slow(Terms terms, List<Draw> draws, int start) {
        double mean = 0;
        for (int i = 0; i < LAMBDAS.length; i++) {
            double product = 1;
            for (Draw draw : draws.subList(start, draws.size())) {
                product *= 1 + LAMBDAS[i] * terms.score(draw);
            }
            mean += WEIGHTS[i] * product;
        }
        return mean;
    }
}
