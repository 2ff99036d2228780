package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What an encoder came to, and a pair with it.
 *
 * @param encoder its name
 * @param parent name of the clean encoder of the pair
 * @param attacked questions that are attacked
 * @param clusters of all questions: contributors, merged where they share copies
 * @param classes share of all questions whose label the k nearest vote for
 * @param rows all questions as they are; then the attacked ones as they are, and by threat and by what an attacker has
 */
public record HeadlineResult(
        String encoder, Optional<String> parent, int attacked, int clusters, FileBootstrap classes, List<Row> rows) {

    /**
     * Of each question the worst of several attacks, the question as it is among them.
     *
     * @param threat as people write it; {@code none} for none
     * @param questions how many
     * @param has what the attacker has
     * @param both area under the curve with both sides attacked
     * @param evasion the same with the flagged questions attacked alone
     * @param falseFlag the same with the safe questions attacked alone
     * @param balanced mean share of both sides that the sign of the margin has right, both sides attacked
     * @param mean area under the curve of the mean of both encoders' margins, both sides attacked; of a pair
     * @param alone what the encoder alone decides
     * @param pair what the pair decides
     * @param margins of the encoder, attacked
     */
    public record Row(
            String threat,
            int questions,
            String has,
            AreaUnderCurve both,
            AreaUnderCurve evasion,
            AreaUnderCurve falseFlag,
            AreaUnderCurve balanced,
            Optional<AreaUnderCurve> mean,
            Decided alone,
            Optional<Decided> pair,
            double[] margins) {}

    /** Outcomes of flagged questions, which want to pass, and of safe ones, which are to be flagged. */
    public record Decided(Outcomes flagged, Outcomes safe) {}

    /** Shares of questions that are decided so. */
    public record Outcomes(FileBootstrap safe, FileBootstrap toPeople, FileBootstrap nsfw) {

        static Outcomes of(int[] some, AskedQuestions questions, IntFunction<Outcome> decided) {
            return new Outcomes(
                    questions.share(IntStream.of(some), i -> decided.apply(i) == Outcome.SAFE),
                    questions.share(IntStream.of(some), i -> decided.apply(i) == Outcome.REVIEW),
                    questions.share(IntStream.of(some), i -> decided.apply(i) == Outcome.NSFW));
        }
    }
}
