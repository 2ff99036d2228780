package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.experiment.FileBootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Asks a clean parent and its robust student together. Thresholds are found on the questions as they are: the student's
 * for NSFW flags the allowed share of safe questions; those for SAFE pass no more than the allowed share of flagged
 * ones and leave as few safe ones to people as can be. One thread.
 */
public final class PairRun {

    /**
     * What a pair came to: SAFE where both margins are below their thresholds, NSFW where the student's is above its
     * own, to people otherwise; beside it the student alone.
     *
     * @param parent name of the clean encoder
     * @param student name of the robust one
     * @param rows not attacked, then under each threat
     */
    public record Result(String parent, String student, List<Row> rows) {

        /**
         * Under one threat, the worst of two attacks on both encoders for each flagged question, the student's own for
         * each safe one.
         *
         * @param threat as people write it; {@code clean} for none
         * @param passed share of flagged questions that the pair calls SAFE
         * @param found share of flagged questions that it calls NSFW
         * @param held share of safe questions that it leaves to people
         * @param flagged share of safe questions that it calls NSFW
         * @param passedAlone share of flagged questions that the student alone calls SAFE, attacked alone
         * @param heldAlone share of safe questions that the student alone leaves to people
         * @param mean area under the curve of the mean of both margins, both sides attacked on it
         */
        public record Row(
                String threat,
                FileBootstrap passed,
                FileBootstrap found,
                FileBootstrap held,
                FileBootstrap flagged,
                FileBootstrap passedAlone,
                FileBootstrap heldAlone,
                AreaUnderCurve mean) {}
    }

    private final List<EvaluatedEncoder> encoders;
    private final List<SideVote> votes;
    private final AskedQuestions questions;
    private final IntConsumer done;
    private final double[][] clean = new double[2][];
    private final double[] safe = new double[2];
    private final double alone;
    private final double flag;

    private PairRun(
            List<EvaluatedEncoder> encoders,
            List<SideVote> votes,
            AskedQuestions questions,
            double passed,
            IntConsumer done) {
        this.encoders = encoders;
        this.votes = votes;
        this.questions = questions;
        this.done = done;
        clean[0] = new double[questions.flagged().length];
        clean[1] = new double[questions.flagged().length];
        questions.inBatches(encoders.get(0), batch -> {
            margins(batch, batch.pixels(), clean);
            done.accept(batch.count());
        });
        this.flag = questions.threshold(clean[1], questions.spec().falseFlags());
        int allowed = (int) Math.floor(passed * questions.side(true).count());
        this.alone = sortedFlagged(1)[allowed];
        findSafe(allowed);
    }

    /**
     * Runs.
     *
     * @param parent the clean encoder
     * @param student the robust one, which sees the same pixels
     * @param bank references; of other contributors than the questions
     * @param photographs the questions, of both sides
     * @param passed share of flagged questions that may be SAFE, not attacked
     * @param done told of every photograph embedded or attacked
     * @throws IllegalArgumentException if the two see other pixels, or as {@link HeadlineRun#of}
     */
    public static Result of(
            EvaluatedEncoder parent,
            EvaluatedEncoder student,
            List<Photograph> bank,
            List<Photograph> photographs,
            HeadlineSpec spec,
            double passed,
            IntConsumer done) {
        if (!parent.description()
                .preprocess()
                .makesTheSameViewsAs(student.description().preprocess())) {
            throw new IllegalArgumentException("%s sees %s, %s sees %s; a pair is attacked on the same pixels"
                    .formatted(
                            parent.description().name(),
                            parent.description().preprocess().canonical(),
                            student.description().name(),
                            student.description().preprocess().canonical()));
        }
        AskedQuestions questions = AskedQuestions.of(bank, photographs, spec);
        try (SideVote ofParent = SideVote.of(parent, bank, spec, done);
                SideVote ofStudent = SideVote.of(student, bank, spec, done)) {
            PairRun run = new PairRun(List.of(parent, student), List.of(ofParent, ofStudent), questions, passed, done);
            List<Result.Row> rows = new ArrayList<>();
            rows.add(run.row("clean", run.clean, run.clean[1], List.of(run.clean, run.clean)));
            for (ThreatModel threat : spec.threats()) {
                rows.add(run.under(threat));
            }
            return new Result(parent.description().name(), student.description().name(), rows);
        }
    }

    private double[] sortedFlagged(int encoder) {
        return questions.side(true).mapToDouble(i -> clean[encoder][i]).sorted().toArray();
    }

    /** Below a threshold is SAFE, so that a flagged question at its own margin is not. */
    private void findSafe(int allowed) {
        int[] safeOnes = questions.side(false).toArray();
        int[] flaggedOnes = questions.side(true).toArray();
        long best = -1;
        for (double ofParent : sortedFlagged(0)) {
            for (double ofStudent : sortedFlagged(1)) {
                long passing = Arrays.stream(flaggedOnes)
                        .filter(i -> clean[0][i] < ofParent && clean[1][i] < ofStudent)
                        .count();
                if (passing > allowed) {
                    break;
                }
                long kept = Arrays.stream(safeOnes)
                        .filter(i -> clean[0][i] < ofParent && clean[1][i] < ofStudent)
                        .count();
                if (kept > best) {
                    best = kept;
                    safe[0] = ofParent;
                    safe[1] = ofStudent;
                }
            }
        }
    }

    private void margins(AskedQuestions.Batch batch, float[] pixels, double[][] into) {
        for (int e = 0; e < 2; e++) {
            float[] embeddings = encoders.get(e).encoder().embed(pixels, batch.count());
            System.arraycopy(votes.get(e).margins(embeddings, batch.count()), 0, into[e], batch.from(), batch.count());
        }
    }

    private Result.Row under(ThreatModel threat) {
        int count = questions.flagged().length;
        double[][] mean = new double[2][count];
        double[][] worse = new double[2][count];
        double[][] student = new double[2][count];
        double[] scales = {deviation(clean[0]), deviation(clean[1])};
        questions.inBatches(encoders.get(0), batch -> {
            boolean[] flagged = questions.flagged(batch);
            List<Objective> both = List.of(
                    HeadlineRun.objective(encoders.get(0), votes.get(0), flagged),
                    HeadlineRun.objective(encoders.get(1), votes.get(1), flagged));
            double[] needed = {-safe[0], -safe[1]};
            Objective ofMean = new BothEncoders(both, scales, needed, false);
            Objective ofWorse = new BothEncoders(both, scales, needed, true);
            margins(batch, questions.attacked(ofMean, threat, batch), mean);
            margins(batch, questions.attacked(ofWorse, threat, batch), worse);
            margins(batch, questions.attacked(both.get(1), threat, batch), student);
            done.accept(batch.count());
        });
        return row(threat.toString(), mean, student[1], List.of(mean, worse));
    }

    /**
     * @param mean margins of both under the attack on their mean
     * @param student the student's under the attack on it alone
     * @param attacks margins of both under each attack on both: a flagged question passes where one of them makes it
     */
    private Result.Row row(String threat, double[][] mean, double[] student, List<double[][]> attacks) {
        double[] sums = IntStream.range(0, student.length)
                .mapToDouble(i -> mean[0][i] / deviation(clean[0]) + mean[1][i] / deviation(clean[1]))
                .toArray();
        return new Result.Row(
                threat,
                questions.share(true, i -> attacks.stream().anyMatch(of -> isSafe(of, i))),
                questions.share(true, i -> student[i] > flag),
                questions.share(false, i -> student[i] <= flag && !isSafe(clean, i)),
                questions.share(false, i -> student[i] > flag),
                questions.share(true, i -> student[i] < alone),
                questions.share(false, i -> student[i] <= flag && clean[1][i] >= alone),
                questions.area(sums, sums));
    }

    private boolean isSafe(double[][] margins, int question) {
        return margins[0][question] < safe[0] && margins[1][question] < safe[1];
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }

    /**
     * Two encoders that see the same pixels, attacked together.
     *
     * @param encoders objective of each, whose losses are minus the margin for a flagged picture
     * @param scales what each loss is divided by, so that neither drowns the other
     * @param needed loss of each from which on it agrees with the attacker; read where the worse counts
     * @param worse whether the loss is that of the encoder that is further from agreeing; else it is the mean of both
     */
    record BothEncoders(List<Objective> encoders, double[] scales, double[] needed, boolean worse)
            implements Objective {

        @Override
        public Scores ask(float[] pixels, int[] samples) {
            return evaluate(
                            List.of(
                                    new Evaluation(encoders.get(0).ask(pixels, samples), new float[pixels.length]),
                                    new Evaluation(encoders.get(1).ask(pixels, samples), new float[pixels.length])),
                            samples.length)
                    .scores();
        }

        @Override
        public Evaluation differentiate(float[] pixels, int[] samples) {
            return evaluate(
                    List.of(
                            encoders.get(0).differentiate(pixels, samples),
                            encoders.get(1).differentiate(pixels, samples)),
                    samples.length);
        }

        private Evaluation evaluate(List<Evaluation> both, int count) {
            float[] losses = new float[count];
            float[] gradient = new float[both.get(0).gradient().length];
            int length = gradient.length / count;
            for (int row = 0; row < count; row++) {
                double[] surplus = new double[2];
                for (int e = 0; e < 2; e++) {
                    surplus[e] = (both.get(e).scores().losses()[row] - needed[e]) / scales[e];
                }
                int further = surplus[0] < surplus[1] ? 0 : 1;
                losses[row] = (float) (worse ? surplus[further] : (surplus[0] + surplus[1]) / 2);
                for (int e = 0; e < 2; e++) {
                    double weight = (worse ? e == further ? 1 : 0 : 0.5) / scales[e];
                    for (int i = row * length; i < (row + 1) * length; i++) {
                        gradient[i] += (float) (weight * both.get(e).gradient()[i]);
                    }
                }
            }
            return new Evaluation(new Scores(losses, new boolean[count]), gradient);
        }
    }
}
