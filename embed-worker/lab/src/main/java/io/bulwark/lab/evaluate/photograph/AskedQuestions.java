package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.experiment.FileBootstrap;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The questions of a run with their sides, and the statistics over them.
 *
 * @param photographs of other contributors than the bank's
 * @param flagged side of each
 * @param spec how they are attacked
 */
record AskedQuestions(List<Photograph> photographs, boolean[] flagged, HeadlineSpec spec) {

    /** @throws IllegalArgumentException if a contributor is on both sides */
    static AskedQuestions of(List<Photograph> bank, List<Photograph> questions, HeadlineSpec spec) {
        List<String> shared = bank.stream()
                .map(Photograph::contributor)
                .distinct()
                .filter(name -> questions.stream()
                        .anyMatch(question -> question.contributor().equals(name)))
                .toList();
        if (!shared.isEmpty()) {
            throw new IllegalArgumentException(
                    "contributors %s are in the bank and among the questions; their photographs share background and camera"
                            .formatted(shared));
        }
        boolean[] flagged = new boolean[questions.size()];
        for (int i = 0; i < flagged.length; i++) {
            flagged[i] = spec.flagged().contains(questions.get(i).label());
        }
        return new AskedQuestions(questions, flagged, spec);
    }

    /**
     * Some questions at an encoder's input.
     *
     * @param pixels {@code [count, 3, H, W]}
     */
    record Batch(int from, int count, float[] pixels) {}

    /** Batch by batch, as an encoder sees them. */
    void inBatches(EvaluatedEncoder encoder, Consumer<Batch> work) {
        for (int from = 0; from < flagged.length; from += encoder.batch()) {
            List<Photograph> some = photographs.subList(from, Math.min(flagged.length, from + encoder.batch()));
            float[] pixels =
                    encoder.planes(some.stream().map(Photograph::picture).toList());
            work.accept(new Batch(from, some.size(), pixels));
        }
    }

    /** Sides of a batch's questions. */
    boolean[] flagged(Batch batch) {
        return Arrays.copyOfRange(flagged, batch.from(), batch.from() + batch.count());
    }

    /** Raises an objective from a batch's pictures, to the last iteration; what is kept has the highest loss. */
    float[] attacked(Objective objective, ThreatModel threat, Batch batch) {
        float[] pixels = spec.attack(threat, batch.from())
                .run(objective, threat, batch.pixels(), batch.count(), Watch.silent())
                .pixels();
        if (!threat.verify(batch.pixels(), pixels, batch.count()).holds()) {
            throw new IllegalStateException("an attack left " + threat);
        }
        return pixels;
    }

    /** The highest margin but for a share of a side's questions. */
    double threshold(double[] margins, double share) {
        double[] safe = side(false).mapToDouble(i -> margins[i]).sorted().toArray();
        int allowed = (int) Math.floor(share * safe.length);
        return safe[safe.length - 1 - allowed];
    }

    /** Numbers of a side's questions. */
    IntStream side(boolean wanted) {
        return IntStream.range(0, flagged.length).filter(i -> flagged[i] == wanted);
    }

    /** Of the scores of flagged and safe questions, each side from the attack that the caller chose. */
    AreaUnderCurve area(double[] ofFlagged, double[] ofSafe) {
        double[] scores = new double[flagged.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = flagged[i] ? ofFlagged[i] : ofSafe[i];
        }
        List<String> contributors =
                photographs.stream().map(Photograph::contributor).toList();
        return AreaUnderCurve.of(scores, flagged, contributors, spec.seed());
    }

    /** The share of a side's questions of which something holds. */
    FileBootstrap share(boolean wanted, IntPredicate holds) {
        return share(side(wanted).toArray(), holds);
    }

    /** The share of some questions of which something holds, over contributors. */
    FileBootstrap share(int[] some, IntPredicate holds) {
        return FileBootstrap.of(
                Arrays.stream(some).mapToObj(i -> holds.test(i) ? 1.0 : 0.0).toList(),
                Arrays.stream(some)
                        .mapToObj(i -> photographs.get(i).contributor())
                        .toList(),
                spec.seed());
    }
}
