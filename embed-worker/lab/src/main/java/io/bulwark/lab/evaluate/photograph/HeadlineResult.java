package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

    /**
     * Of each attacked question the worst that attackers bring about: the margin furthest towards the other side, and
     * the outcome that the attacker likes best. Each may be another attack's; the question as it is counts too.
     *
     * @param questions whose first are attacked
     * @param clean margins of the questions as they are, {@code [encoders][questions]}
     * @param alone by which the encoder decides
     * @param pair by which it decides with the parent
     */
    record WorstCase(AskedQuestions questions, double[][] clean, Thresholds alone, Optional<Thresholds> pair) {

        /** Margins of a question under attack, of each encoder. */
        @FunctionalInterface
        interface Reached {
            List<double[]> of(Photograph question);
        }

        /**
         * Under one threat.
         *
         * @param threat as people write it
         * @param has what the attacker has
         */
        Row row(String threat, String has, Reached reached) {
            List<List<double[]>> margins = IntStream.range(0, questions.attacked())
                    .mapToObj(i -> Stream.concat(
                                    Stream.of(asItIs(i)),
                                    reached.of(questions.photographs().get(i)).stream())
                            .toList())
                    .toList();
            double[] worst = worst(margins, each -> each[0]);
            double[] sides = Arrays.stream(worst).map(Math::signum).toArray();
            return new Row(
                    threat,
                    questions.attacked(),
                    has,
                    questions.area(worst, worst),
                    questions.area(worst, clean[0]),
                    questions.area(clean[0], worst),
                    questions.area(sides, sides),
                    clean.length > 1 ? Optional.of(ofMean(margins)) : Optional.empty(),
                    decided(margins, each -> alone.of(each[0])),
                    pair.map(both -> decided(margins, each -> both.of(each[0], each[1]))),
                    worst);
        }

        /** Of the attacked questions, then as they are. */
        private double[] worst(List<List<double[]>> margins, ToDoubleFunction<double[]> score) {
            double[] worst = IntStream.range(0, clean[0].length)
                    .mapToDouble(i -> score.applyAsDouble(asItIs(i)))
                    .toArray();
            for (int i = 0; i < margins.size(); i++) {
                DoubleStream own = margins.get(i).stream().mapToDouble(score);
                worst[i] = (questions.flagged()[i] ? own.min() : own.max()).orElseThrow();
            }
            return worst;
        }

        /** Of both margins' mean, each in deviations that it has over the questions as they are. */
        private AreaUnderCurve ofMean(List<List<double[]>> margins) {
            double[] scales =
                    Arrays.stream(clean).mapToDouble(Thresholds::deviation).toArray();
            double[] worst = worst(margins, each -> (each[0] / scales[0] + each[1] / scales[1]) / 2);
            return questions.area(worst, worst);
        }

        private double[] asItIs(int question) {
            return IntStream.range(0, clean.length)
                    .mapToDouble(e -> clean[e][question])
                    .toArray();
        }

        private Decided decided(List<List<double[]>> margins, Function<double[], Outcome> by) {
            IntFunction<Outcome> liked = question -> margins.get(question).stream()
                    .map(by)
                    .reduce((one, other) -> other.isWorseThan(one) == questions.flagged()[question] ? one : other)
                    .orElseThrow();
            return new Decided(
                    Outcomes.of(questions.attacked(true).toArray(), questions, liked),
                    Outcomes.of(questions.attacked(false).toArray(), questions, liked));
        }
    }
}
