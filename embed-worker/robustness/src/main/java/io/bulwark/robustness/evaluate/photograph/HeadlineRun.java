package io.bulwark.robustness.evaluate.photograph;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.robustness.attack.Objective;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.Watch;
import io.bulwark.robustness.attack.loss.EncoderObjective;
import io.bulwark.robustness.evaluate.EvaluatedEncoder;
import io.bulwark.robustness.evaluate.FileBootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Asks an encoder all questions, as they are and under each threat, by the white-box attack on the margin. One thread. */
public final class HeadlineRun {

    private final EvaluatedEncoder encoder;
    private final List<Photograph> questions;
    private final HeadlineSpec spec;
    private final boolean[] flagged;
    private final List<String> contributors;

    private HeadlineRun(EvaluatedEncoder encoder, List<Photograph> questions, HeadlineSpec spec) {
        this.encoder = encoder;
        this.questions = questions;
        this.spec = spec;
        this.flagged = new boolean[questions.size()];
        for (int i = 0; i < flagged.length; i++) {
            flagged[i] = spec.flagged().contains(questions.get(i).label());
        }
        this.contributors = questions.stream().map(Photograph::contributor).toList();
    }

    /**
     * Runs.
     *
     * @param bank references; of other contributors than the questions
     * @param questions of both sides
     * @param done told of every photograph embedded or attacked
     * @throws IllegalArgumentException if a contributor is on both sides, or a side has no flagged or no safe photograph
     */
    public static HeadlineResult of(
            EvaluatedEncoder encoder,
            List<Photograph> bank,
            List<Photograph> questions,
            HeadlineSpec spec,
            IntConsumer done) {
        List<String> shared = bank.stream()
                .map(Photograph::contributor)
                .distinct()
                .filter(name -> questions.stream().anyMatch(question -> question.contributor().equals(name)))
                .toList();
        if (!shared.isEmpty()) {
            throw new IllegalArgumentException(
                    "contributors %s are in the bank and among the questions; their photographs share background and camera"
                            .formatted(shared));
        }
        float[][] rows = encoder.embed(bank.stream().map(Photograph::picture).toList(), done);
        try (SideVote vote = new SideVote(
                encoder.description().fingerprint(), bank, rows, spec.flagged(), spec.vote())) {
            return new HeadlineRun(encoder, questions, spec).run(vote, done);
        }
    }

    private HeadlineResult run(SideVote vote, IntConsumer done) {
        double[] clean = new double[flagged.length];
        List<Double> right = new ArrayList<>();
        inBatches(batch -> {
            float[] embeddings = encoder.encoder().embed(batch.pixels(), batch.count());
            System.arraycopy(vote.margins(embeddings, batch.count()), 0, clean, batch.from(), batch.count());
            List<String> classes = vote.classes(embeddings, batch.count());
            for (int i = 0; i < classes.size(); i++) {
                right.add(classes.get(i).equals(questions.get(batch.from() + i).label()) ? 1.0 : 0.0);
            }
            done.accept(batch.count());
        });
        double threshold = threshold(clean);
        List<HeadlineResult.Row> rows = new ArrayList<>();
        rows.add(row("clean", clean, clean, threshold));
        for (ThreatModel threat : spec.threats()) {
            double[] attacked = new double[flagged.length];
            inBatches(batch -> {
                System.arraycopy(attacked(vote, threat, batch), 0, attacked, batch.from(), batch.count());
                done.accept(batch.count());
            });
            rows.add(row(threat.toString(), clean, attacked, threshold));
        }
        return new HeadlineResult(
                encoder.description().name(), FileBootstrap.of(right, contributors, spec.seed()), threshold, rows);
    }

    private double[] attacked(SideVote vote, ThreatModel threat, Batch batch) {
        PreprocessSpec seen = encoder.description().preprocess();
        boolean[] own = Arrays.copyOfRange(flagged, batch.from(), batch.from() + batch.count());
        Objective objective =
                new EncoderObjective(encoder.encoder(), seen.height(), seen.width(), vote.towardsOther(own));
        float[] pixels = spec.attack(threat, batch.from())
                .run(objective, threat, batch.pixels(), batch.count(), Watch.silent())
                .pixels();
        if (!threat.verify(batch.pixels(), pixels, batch.count()).holds()) {
            throw new IllegalStateException("an attack left " + threat);
        }
        return vote.margins(encoder.encoder().embed(pixels, batch.count()), batch.count());
    }

    /** Some questions at the encoder's input. */
    private record Batch(int from, int count, float[] pixels) {}

    @FunctionalInterface
    private interface BatchWork {
        void on(Batch batch);
    }

    private void inBatches(BatchWork work) {
        for (int from = 0; from < questions.size(); from += encoder.batch()) {
            List<Photograph> some = questions.subList(from, Math.min(questions.size(), from + encoder.batch()));
            float[] pixels =
                    encoder.planes(some.stream().map(Photograph::picture).toList());
            work.on(new Batch(from, some.size(), pixels));
        }
    }

    private double threshold(double[] margins) {
        double[] safe = IntStream.range(0, margins.length)
                .filter(i -> !flagged[i])
                .mapToDouble(i -> margins[i])
                .sorted()
                .toArray();
        int allowed = (int) Math.floor(spec.falseFlags() * safe.length);
        return safe[safe.length - 1 - allowed];
    }

    private HeadlineResult.Row row(String threat, double[] clean, double[] attacked, double threshold) {
        return new HeadlineResult.Row(
                threat,
                area(attacked, attacked),
                area(attacked, clean),
                area(clean, attacked),
                above(attacked, threshold, true),
                above(attacked, threshold, false),
                attacked);
    }

    private AreaUnderCurve area(double[] ofFlagged, double[] ofSafe) {
        double[] scores = new double[flagged.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = flagged[i] ? ofFlagged[i] : ofSafe[i];
        }
        return AreaUnderCurve.of(scores, flagged, contributors, spec.seed());
    }

    private FileBootstrap above(double[] margins, double threshold, boolean side) {
        int[] some = IntStream.range(0, margins.length)
                .filter(i -> flagged[i] == side)
                .toArray();
        return FileBootstrap.of(
                Arrays.stream(some).mapToObj(i -> margins[i] > threshold ? 1.0 : 0.0).toList(),
                Arrays.stream(some).mapToObj(contributors::get).toList(),
                spec.seed());
    }
}
