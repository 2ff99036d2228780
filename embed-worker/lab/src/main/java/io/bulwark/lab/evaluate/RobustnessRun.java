package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttacksInTurn;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.experiment.EvaluationProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A task answered by an encoder, clean and under attack, into a {@link Ledger}. One thread.
 *
 * <p>Smaller balls first, and only questions that still stand: one that is answered wrongly, or that a perturbation
 * found before already fools within the ball, is not attacked again. What an attack returns counts only after its norm
 * and range were measured and its answer was judged again, in a separate forward pass.
 *
 * @param encoder whose answers these are
 * @param task what is asked
 * @param judge the task's, of this encoder
 * @param track what of a picture the attacker sets
 * @param ledger of this encoder, task, track and attack; read and written
 * @param progress told of each batch
 */
record RobustnessRun(
        EvaluatedEncoder encoder,
        Task task,
        Task.Scorer judge,
        Track track,
        Ledger ledger,
        EvaluationProgress progress) {

    private static final ThreatModel UNTOUCHED = ThreatModel.linf(0);

    /** Answers every question on its clean picture, those known already excepted. */
    void answerClean() {
        List<Integer> pending = IntStream.range(0, task.pictures().size())
                .filter(question -> !ledger.knows(question))
                .boxed()
                .toList();
        progress.begin("clean", pending.size());
        for (List<Integer> questions : batches(pending)) {
            Batch batch = new Batch(questions);
            Answers answers = batch.answers(track.submit(encoder, batch.pictures, UNTOUCHED, batch.clean));
            Map<Integer, Double> scores = new TreeMap<>();
            Set<Integer> fooled = new HashSet<>();
            for (int row = 0; row < questions.size(); row++) {
                scores.put(questions.get(row), answers.scores[row]);
                if (answers.fooled[row]) {
                    fooled.add(questions.get(row));
                }
            }
            ledger.recordClean(scores, fooled);
            progress.advanced(questions.size(), fooled.size());
        }
    }

    /**
     * Attacks every question that still stands, threat model by threat model, weakest first. Needs {@link
     * #answerClean}.
     *
     * @throws IllegalStateException if a perturbation breaks its own threat model
     */
    public void attack(Attack attack, List<ThreatModel> threats) {
        attack(attack, threats, List.of(judge.loss()));
    }

    /** The same with each of the judge's losses in turn, on what still stands. */
    void attackByAllLosses(Attack attack, List<ThreatModel> threats) {
        attack(attack, threats, judge.losses());
    }

    private void attack(Attack attack, List<ThreatModel> threats, List<EmbeddingLoss> losses) {
        List<ThreatModel> weakestFirst = threats.stream()
                .sorted(Comparator.comparing(ThreatModel::norm).thenComparingDouble(ThreatModel::epsilon))
                .toList();
        for (ThreatModel threat : weakestFirst) {
            List<Integer> pending = standing(threat);
            progress.begin(threat.toString(), pending.size());
            for (List<Integer> questions : batches(pending)) {
                List<Ledger.Attempt> made = attempts(attack, threat, losses, new Batch(questions));
                ledger.record(made);
                int fooled = (int) made.stream().filter(Ledger.Attempt::fooled).count();
                progress.advanced(questions.size(), fooled);
            }
        }
    }

    private List<Integer> standing(ThreatModel threat) {
        return IntStream.range(0, task.pictures().size())
                .filter(question -> ledger.isStanding(question, threat))
                .boxed()
                .toList();
    }

    private List<Ledger.Attempt> attempts(Attack attack, ThreatModel threat, List<EmbeddingLoss> losses, Batch batch) {
        int count = batch.questions.size();
        List<AttacksInTurn.Turn> turns = losses.stream()
                .map(loss -> new AttacksInTurn.Turn(attack, batch.objective(threat, loss)))
                .toList();
        Attack.AttackResult result = AttacksInTurn.run(turns, threat, batch.clean, count, Attack.Watch.silent());
        Track.Submission submission = track.submit(encoder, batch.pictures, threat, result.pixels());
        threat.verify(batch.clean, submission.pixels(), count).require();
        double[] linf = new ThreatModel(Norm.LINF, 0)
                .verify(batch.clean, submission.pixels(), count)
                .sizes();
        double[] l2 = new ThreatModel(Norm.L2, 0)
                .verify(batch.clean, submission.pixels(), count)
                .sizes();
        Answers answers = batch.answers(submission);
        List<Ledger.Attempt> made = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            made.add(new Ledger.Attempt(
                    batch.questions.get(row),
                    threat.toString(),
                    answers.scores[row],
                    answers.fooled[row],
                    linf[row],
                    l2[row]));
        }
        return made;
    }

    private List<List<Integer>> batches(List<Integer> questions) {
        List<List<Integer>> batches = new ArrayList<>();
        for (int from = 0; from < questions.size(); from += track.batch(encoder.batch())) {
            batches.add(questions.subList(from, Math.min(questions.size(), from + track.batch(encoder.batch()))));
        }
        return batches;
    }

    /** A batch's objective whose samples are called as the task calls its questions. */
    private record Numbered(Objective batch, List<Integer> questions) implements Objective {

        @Override
        public Scores ask(float[] pixels, int[] samples) {
            return batch.ask(pixels, samples);
        }

        @Override
        public Evaluation differentiate(float[] pixels, int[] samples) {
            return batch.differentiate(pixels, samples);
        }

        @Override
        public long identity(int sample) {
            return questions.get(sample);
        }
    }

    /** Answers in the order of a batch. */
    private record Answers(double[] scores, boolean[] fooled) {}

    /** Questions and their pictures; rows of a batch are samples of its objective. */
    private final class Batch {

        private final List<Integer> questions;
        private final List<PictureSource> pictures;
        private final float[] clean;

        Batch(List<Integer> questions) {
            this.questions = questions;
            pictures = questions.stream().map(task.pictures()::get).toList();
            clean = track.pixels(encoder, pictures);
        }

        Objective objective(ThreatModel threat, EmbeddingLoss loss) {
            return new Numbered(
                    track.objective(encoder, pictures, threat, (embeddings, rows) -> evaluate(loss, embeddings, rows)),
                    questions);
        }

        /** A loss of the task, its samples counted within the batch. */
        private EmbeddingLoss.Values evaluate(EmbeddingLoss loss, float[] embeddings, int[] rows) {
            return loss.evaluate(
                    embeddings, Arrays.stream(rows).map(questions::get).toArray());
        }

        Answers answers(Track.Submission submission) {
            int count = questions.size();
            float[] embeddings = submission.embeddings();
            int dimension = embeddings.length / count;
            double[] scores = new double[count];
            for (int row = 0; row < count; row++) {
                float[] embedding = Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension);
                scores[row] = judge.score(questions.get(row), embedding);
            }
            boolean[] fooled = evaluate(
                            judge.loss(), embeddings, IntStream.range(0, count).toArray())
                    .scores()
                    .fooled();
            return new Answers(scores, fooled);
        }
    }
}
