package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.evaluate.photograph.HeadlineResult.Decided;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Outcomes;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Row;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Of each attacked question the worst that attackers bring about: the margin furthest towards the other side, and the
 * outcome that the attacker likes best. Each may be another attack's; the question as it is counts too.
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
        double[] worst = clean[0].clone();
        for (int i = 0; i < margins.size(); i++) {
            DoubleStream own = margins.get(i).stream().mapToDouble(each -> each[0]);
            worst[i] = (questions.flagged()[i] ? own.min() : own.max()).orElseThrow();
        }
        return new Row(
                threat,
                questions.attacked(),
                has,
                questions.area(worst, worst),
                questions.area(worst, clean[0]),
                questions.area(clean[0], worst),
                decided(margins, each -> alone.of(each[0])),
                pair.map(both -> decided(margins, each -> both.of(each[0], each[1]))),
                worst);
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
