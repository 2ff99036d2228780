package io.bulwark.lab.bench.promise;

import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.schemas.promise.PromisedRate.Draw;
import io.bulwark.schemas.promise.ReviewerError;
import io.bulwark.schemas.promise.ReviewerError.Answers;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Simulated outcomes of a machine that were drawn for review, and reviewers who err. Only drawn outcomes are made: what
 * is not drawn changes neither evidence nor band. One thread.
 */
record PromiseTraffic(Traffic traffic, SplittableRandom chance) {

    /** Probability of each draw; that of SAFE is a quarter of it where draws are unequal. */
    private static final double PROBABILITY = 0.02;

    private static final double OTHER_SIDE = 0.01;
    private static final double DOUBTED_FLAGGED = 0.2;
    private static final double DOUBTED_HARMLESS = 0.05;
    private static final double HARD = 0.05;
    private static final double WRONG_ON_HARD = 0.7;

    /**
     * What is simulated.
     *
     * @param rate that is promised
     * @param promise m
     * @param prevalence share of flagged pictures, by the part of the stream that is over, in [0, 1]
     * @param times the true rate as a multiple of m, likewise
     * @param reviewers who err
     * @param unequal whether SAFE is drawn with a quarter of the others' probability
     */
    record Traffic(
            PromisedRate rate,
            double promise,
            DoubleUnaryOperator prevalence,
            DoubleUnaryOperator times,
            Reviewers reviewers,
            boolean unequal) {}

    /**
     * Two reviewers and a third where they differ.
     *
     * @param wrong share of wrong answers of each
     * @param alike whether most errors are on the same pictures: on one of 20 each reviewer errs with 0.7
     */
    record Reviewers(double wrong, boolean alike) {

        static final Reviewers NEVER_WRONG = new Reviewers(0, false);

        /** Whether the adjudicated answer is wrong. */
        boolean areWrong(SplittableRandom chance) {
            if (wrong == 0) {
                return false;
            }
            double each = wrong;
            if (alike) {
                each = chance.nextDouble() < HARD ? WRONG_ON_HARD : (wrong - HARD * WRONG_ON_HARD) / (1 - HARD);
            }
            boolean first = chance.nextDouble() < each;
            boolean second = chance.nextDouble() < each;
            return first == second ? first : chance.nextDouble() < each;
        }

        /** Their bounds from known items, as many on each side. */
        ReviewerError bounds(int known, double delta, SplittableRandom chance) {
            return wrong == 0 && !alike
                    ? ReviewerError.NONE
                    : ReviewerError.of(answers(known, chance), answers(known, chance), delta);
        }

        private Answers answers(int known, SplittableRandom chance) {
            long times = 0;
            for (int i = 0; i < known; i++) {
                times += areWrong(chance) ? 1 : 0;
            }
            return new Answers(known, times);
        }
    }

    /**
     * One drawn outcome.
     *
     * @param draw with its answer
     * @param isMiss whether it is truly an event in the base
     */
    record Outcome(Draw draw, boolean isMiss) {}

    /** The least probability of a draw. */
    double leastProbability() {
        return probability(Decision.SAFE);
    }

    /** @param over part of the stream that is over */
    Outcome next(double over) {
        Decision truth;
        Decision machine;
        do { // what is not drawn is nothing
            truth = chance.nextDouble() < traffic.prevalence().applyAsDouble(over) ? Decision.NSFW : Decision.SAFE;
            machine = machine(truth, over);
        } while (chance.nextDouble() >= probability(machine) / PROBABILITY);
        Decision said = traffic.reviewers().areWrong(chance) ? other(truth) : truth;
        boolean miss = truth == traffic.rate().base() && machine == other(truth);
        return new Outcome(traffic.rate().draw(probability(machine), machine, Optional.of(said)), miss);
    }

    private Decision machine(Decision truth, double over) {
        double wrong = truth == traffic.rate().base()
                ? traffic.promise() * traffic.times().applyAsDouble(over)
                : OTHER_SIDE;
        double drawn = chance.nextDouble();
        if (drawn < wrong) {
            return other(truth);
        }
        double doubted = truth == Decision.NSFW ? DOUBTED_FLAGGED : DOUBTED_HARMLESS;
        return drawn < wrong + doubted ? Decision.REVIEW : truth;
    }

    private double probability(Decision machine) {
        return traffic.unequal() && machine == Decision.SAFE ? PROBABILITY / 4 : PROBABILITY;
    }

    private static Decision other(Decision decision) {
        return decision == Decision.SAFE ? Decision.NSFW : Decision.SAFE;
    }
}
