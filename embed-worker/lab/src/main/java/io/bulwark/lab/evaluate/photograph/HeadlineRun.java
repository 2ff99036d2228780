package io.bulwark.lab.evaluate.photograph;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.experiment.FileBootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Asks an encoder all questions, as they are and under each threat, by the white-box attack on the margin. One thread.
 */
public final class HeadlineRun {

    /**
     * What an encoder came to.
     *
     * @param encoder its name
     * @param classes share of questions whose label the k nearest vote for, not attacked
     * @param threshold margin from which on a question is flagged: the lowest that flags no more than the allowed share
     *     of the safe questions as they are
     * @param rows not attacked, then under each threat
     */
    public record Result(String encoder, FileBootstrap classes, double threshold, List<Row> rows) {

        /**
         * Under one threat; flagged questions are attacked to evade, safe ones to be flagged.
         *
         * @param threat as people write it; {@code clean} for none
         * @param both area under the curve with both sides attacked
         * @param evasion the same with the flagged questions attacked alone
         * @param falseFlag the same with the safe questions attacked alone
         * @param recall share of flagged questions above the threshold
         * @param falseFlags share of safe questions above it
         * @param margins of the questions, attacked
         */
        public record Row(
                String threat,
                AreaUnderCurve both,
                AreaUnderCurve evasion,
                AreaUnderCurve falseFlag,
                FileBootstrap recall,
                FileBootstrap falseFlags,
                double[] margins) {}
    }

    private HeadlineRun() {}

    /**
     * Runs.
     *
     * @param bank references; of other contributors than the questions
     * @param photographs the questions, of both sides
     * @param done told of every photograph embedded or attacked
     * @throws IllegalArgumentException if a contributor is on both sides, or a side has no flagged or no safe
     *     photograph
     */
    public static Result of(
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
            List<Result.Row> rows = new ArrayList<>();
            rows.add(row("clean", questions, clean, clean, threshold));
            for (ThreatModel threat : spec.threats()) {
                double[] attacked = attacked(encoder, vote, questions, threat, done);
                rows.add(row(threat.toString(), questions, clean, attacked, threshold));
            }
            int[] all = IntStream.range(0, clean.length).toArray();
            return new Result(
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

    private static Result.Row row(
            String threat, AskedQuestions questions, double[] clean, double[] attacked, double threshold) {
        return new Result.Row(
                threat,
                questions.area(attacked, attacked),
                questions.area(attacked, clean),
                questions.area(clean, attacked),
                questions.share(true, i -> attacked[i] > threshold),
                questions.share(false, i -> attacked[i] > threshold),
                attacked);
    }
}
