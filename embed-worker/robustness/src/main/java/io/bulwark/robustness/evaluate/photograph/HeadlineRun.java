package io.bulwark.robustness.evaluate.photograph;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.robustness.attack.Objective;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.loss.EncoderObjective;
import io.bulwark.robustness.evaluate.EvaluatedEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Asks an encoder all questions, as they are and under each threat, by the white-box attack on the margin. One thread. */
public final class HeadlineRun {

    private HeadlineRun() {}

    /**
     * Runs.
     *
     * @param bank references; of other contributors than the questions
     * @param photographs the questions, of both sides
     * @param done told of every photograph embedded or attacked
     * @throws IllegalArgumentException if a contributor is on both sides, or a side has no flagged or no safe photograph
     */
    public static HeadlineResult of(
            EvaluatedEncoder encoder,
            List<Photograph> bank,
            List<Photograph> photographs,
            HeadlineSpec spec,
            IntConsumer done) {
        AskedQuestions questions = AskedQuestions.of(bank, photographs, spec);
        try (SideVote vote = SideVote.of(encoder, bank, spec, done)) {
            double[] clean = new double[photographs.size()];
            List<String> classes = new ArrayList<>();
            questions.inBatches(encoder, batch -> {
                float[] embeddings = encoder.encoder().embed(batch.pixels(), batch.count());
                System.arraycopy(vote.margins(embeddings, batch.count()), 0, clean, batch.from(), batch.count());
                classes.addAll(vote.classes(embeddings, batch.count()));
                done.accept(batch.count());
            });
            double threshold = questions.threshold(clean, spec.falseFlags());
            List<HeadlineResult.Row> rows = new ArrayList<>();
            rows.add(row("clean", questions, clean, clean, threshold));
            for (ThreatModel threat : spec.threats()) {
                double[] attacked = attacked(encoder, vote, questions, threat, done);
                rows.add(row(threat.toString(), questions, clean, attacked, threshold));
            }
            int[] all = IntStream.range(0, clean.length).toArray();
            return new HeadlineResult(
                    encoder.description().name(),
                    questions.share(
                            all, i -> classes.get(i).equals(photographs.get(i).label())),
                    threshold,
                    rows);
        }
    }

    private static double[] attacked(
            EvaluatedEncoder encoder, SideVote vote, AskedQuestions questions, ThreatModel threat, IntConsumer done) {
        double[] attacked = new double[questions.flagged().length];
        questions.inBatches(encoder, batch -> {
            float[] pixels = questions.attacked(objective(encoder, vote, questions.flagged(batch)), threat, batch);
            float[] embeddings = encoder.encoder().embed(pixels, batch.count());
            System.arraycopy(vote.margins(embeddings, batch.count()), 0, attacked, batch.from(), batch.count());
            done.accept(batch.count());
        });
        return attacked;
    }

    /** Each picture towards the other side. */
    static Objective objective(EvaluatedEncoder encoder, SideVote vote, boolean[] flagged) {
        PreprocessSpec seen = encoder.description().preprocess();
        return new EncoderObjective(encoder.encoder(), seen.height(), seen.width(), vote.towardsOther(flagged));
    }

    private static HeadlineResult.Row row(
            String threat, AskedQuestions questions, double[] clean, double[] attacked, double threshold) {
        return new HeadlineResult.Row(
                threat,
                questions.area(attacked, attacked),
                questions.area(attacked, clean),
                questions.area(clean, attacked),
                questions.share(true, i -> attacked[i] > threshold),
                questions.share(false, i -> attacked[i] > threshold),
                attacked);
    }
}
