package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.experiment.FileBootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The questions of a run with their sides and clusters, and the statistics over them. All are asked as they are; the
 * first ones, of both sides in turn, are attacked, so that a shorter run attacks the first of a longer one.
 *
 * @param photographs of other contributors than the bank's, in the order of attack
 * @param flagged side of each
 * @param clusters of each: its contributor, or several that share copies
 * @param attacked how many are attacked
 * @param spec how
 */
record AskedQuestions(
        List<Photograph> photographs, boolean[] flagged, List<String> clusters, int attacked, HeadlineSpec spec) {

    /**
     * @param limit questions attacked at most
     * @throws IllegalArgumentException if a contributor is on both sides
     */
    static AskedQuestions of(List<Photograph> bank, List<Photograph> questions, int limit, HeadlineSpec spec) {
        Photograph.requireOtherContributors(bank, questions);
        List<Photograph> ordered = inTurn(questions, spec);
        boolean[] flagged = new boolean[ordered.size()];
        for (int i = 0; i < flagged.length; i++) {
            flagged[i] = spec.flagged().contains(ordered.get(i).label());
        }
        List<String> contributors =
                ordered.stream().map(Photograph::contributor).toList();
        return new AskedQuestions(ordered, flagged, contributors, Math.min(limit, flagged.length), spec);
    }

    /** Flagged and safe ones in turn while there are both, each side shuffled. */
    private static List<Photograph> inTurn(List<Photograph> questions, HeadlineSpec spec) {
        List<List<Photograph>> sides = List.of(new ArrayList<>(), new ArrayList<>());
        questions.forEach(question ->
                sides.get(spec.flagged().contains(question.label()) ? 0 : 1).add(question));
        sides.forEach(side -> Collections.shuffle(side, new Random(spec.seed())));
        List<Photograph> ordered = new ArrayList<>();
        for (int i = 0; ordered.size() < questions.size(); i++) {
            for (List<Photograph> side : sides) {
                if (i < side.size()) {
                    ordered.add(side.get(i));
                }
            }
        }
        return ordered;
    }

    /** The same with contributors merged. */
    AskedQuestions in(List<String> merged) {
        return new AskedQuestions(photographs, flagged, merged, attacked, spec);
    }

    /** The same with fewer attacked. */
    AskedQuestions attackedUpTo(int count) {
        return new AskedQuestions(photographs, flagged, clusters, count, spec);
    }

    /** Numbers of all questions of a side. */
    IntStream all(boolean side) {
        return IntStream.range(0, flagged.length).filter(i -> flagged[i] == side);
    }

    /** Numbers of the attacked questions of a side. */
    IntStream attacked(boolean side) {
        return all(side).filter(i -> i < attacked);
    }

    /** Of the scores of the attacked flagged and safe questions, each side from the attack that the caller chose. */
    AreaUnderCurve area(double[] ofFlagged, double[] ofSafe) {
        int[] some = IntStream.range(0, attacked).toArray();
        double[] scores = new double[some.length];
        boolean[] sides = new boolean[some.length];
        for (int i = 0; i < some.length; i++) {
            sides[i] = flagged[some[i]];
            scores[i] = sides[i] ? ofFlagged[some[i]] : ofSafe[some[i]];
        }
        return AreaUnderCurve.of(scores, sides, clustersOf(some), spec.seed());
    }

    /** The share of some questions of which something holds. */
    FileBootstrap share(IntStream some, IntPredicate holds) {
        int[] numbers = some.toArray();
        return FileBootstrap.of(
                Arrays.stream(numbers).mapToObj(i -> holds.test(i) ? 1.0 : 0.0).toList(),
                clustersOf(numbers),
                spec.seed());
    }

    private List<String> clustersOf(int[] some) {
        return Arrays.stream(some).mapToObj(clusters::get).toList();
    }
}
