package io.bulwark.lab.evaluate.photograph;

import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Margins by which questions are decided: NSFW where the encoder's is above its own, SAFE where it is below another
 * and so is the clean parent's, to people otherwise. They are found on the questions as they are: the one for NSFW
 * flags the allowed share of the safe ones; those for SAFE leave the allowed share of the safe ones to people and pass
 * as few flagged ones as can be. Of equals, the encoder's own is the lowest, so that as little as can be rests on the
 * parent; and with a parent the encoder alone would pass at most a tenth of the flagged ones, as {@code bank calibrate
 * --holds-back} has it.
 *
 * @param flag above it the encoder says NSFW
 * @param safe below it the encoder says SAFE
 * @param parentSafe below it the parent says SAFE
 */
record Thresholds(double flag, double safe, double parentSafe) {

    /** Share of flagged questions that the encoder alone may pass in a pair. */
    private static final double ALONE = 0.1;

    private static final Comparator<Candidate> BETTER = Comparator.comparingDouble(Candidate::overload)
            .thenComparingInt(Candidate::passed)
            .thenComparingDouble(candidate -> candidate.thresholds.safe);

    /** Found thresholds, with what they do to the questions as they are. */
    private record Candidate(Thresholds thresholds, int passed, double overload) {}

    /** Of an encoder that decides alone. */
    static Thresholds alone(AskedQuestions questions, double[] margins) {
        double flag = flag(questions, margins);
        return Arrays.stream(margins)
                .distinct()
                .mapToObj(safe -> new Thresholds(flag, safe, Double.POSITIVE_INFINITY))
                .map(thresholds -> thresholds.on(questions, new double[][] {margins, margins}))
                .min(BETTER)
                .orElseThrow()
                .thresholds();
    }

    /**
     * Of an encoder and its parent.
     *
     * @param margins of both
     */
    static Thresholds pair(AskedQuestions questions, double[][] margins) {
        double flag = flag(questions, margins[0]);
        double[] flagged = sorted(questions, margins[0], true);
        double most = flagged[(int) Math.floor(ALONE * flagged.length)];
        double[] ofParent = sorted(questions, margins[1], true);
        return Arrays.stream(margins[0])
                .filter(safe -> safe <= most)
                .distinct()
                .boxed()
                .flatMap(safe -> Arrays.stream(ofParent).mapToObj(parent -> new Thresholds(flag, safe, parent)))
                .map(thresholds -> thresholds.on(questions, margins))
                .min(BETTER)
                .orElseThrow()
                .thresholds();
    }

    private static double[] sorted(AskedQuestions questions, double[] margins, boolean side) {
        return questions.all(side).mapToDouble(i -> margins[i]).sorted().toArray();
    }

    /** The lowest that flags no more than the allowed share of the safe questions. */
    private static double flag(AskedQuestions questions, double[] margins) {
        double[] safe = sorted(questions, margins, false);
        int allowed = (int) Math.floor(questions.spec().falseFlags() * safe.length);
        return safe[safe.length - 1 - allowed];
    }

    private Candidate on(AskedQuestions questions, double[][] margins) {
        int[] safeOnes = questions.all(false).toArray();
        double toPeople = Arrays.stream(safeOnes)
                        .filter(i -> of(margins[0][i], margins[1][i]) == Outcome.REVIEW)
                        .count()
                / (double) safeOnes.length;
        int passed = (int) questions
                .all(true)
                .filter(i -> of(margins[0][i], margins[1][i]) == Outcome.SAFE)
                .count();
        return new Candidate(
                this, passed, Math.max(0, toPeople - questions.spec().toPeople()));
    }

    /** What is decided of a picture of these margins. */
    Outcome of(double margin, double parentMargin) {
        if (margin > flag) {
            return Outcome.NSFW;
        }
        return margin < safe && parentMargin < parentSafe ? Outcome.SAFE : Outcome.REVIEW;
    }

    /** The same by the encoder alone. */
    Outcome of(double margin) {
        return of(margin, Double.NEGATIVE_INFINITY);
    }

    /** Standard deviation, by which margins of different encoders compare. */
    static double deviation(double[] margins) {
        double mean = Arrays.stream(margins).average().orElseThrow();
        return Math.sqrt(IntStream.range(0, margins.length)
                .mapToDouble(i -> (margins[i] - mean) * (margins[i] - mean))
                .average()
                .orElseThrow());
    }
}
