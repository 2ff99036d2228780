package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.metric.Ranking;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The continuous, class-balanced vote: the k nearest flagged references against the k nearest safe ones, {@code T (log
 * sum exp(s/T) - log sum exp(s/T))}. As many of each side vote, however many the bank holds, and the margin has a slope
 * everywhere, so that an attacker raises the very number that is ranked. One thread; holds native memory.
 */
final class SideVote implements AutoCloseable {

    private final EvaluatedEncoder encoder;
    private final NeighbourVote vote;
    private final MatrixBank bank;
    private final ReferenceGroups sides;
    private final List<String> labels;

    /**
     * Votes over a bank.
     *
     * @param encoder that embedded them; not closed by this
     * @param references of the rows
     * @param rows {@code [references][D]}, any length
     */
    SideVote(EvaluatedEncoder encoder, List<Photograph> references, float[][] rows, HeadlineSpec spec) {
        String fingerprint = encoder.description().fingerprint();
        List<LabelledEmbedding> embeddings = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            embeddings.add(new LabelledEmbedding(
                    "%09d".formatted(i),
                    references.get(i).label(),
                    UnitEmbedding.of(rows[i]).values()));
        }
        this.encoder = encoder;
        this.vote = spec.vote();
        this.bank = MatrixBank.of(fingerprint, embeddings);
        this.sides = ReferenceGroups.byFlag(fingerprint, embeddings, spec.flagged());
        this.labels = List.copyOf(bank.labels());
    }

    EvaluatedEncoder encoder() {
        return encoder;
    }

    /**
     * What an attacker raises: each picture at the encoder's input towards the other side. Nothing fools it, so that
     * an attack goes on to its last step.
     *
     * @param flagged side of each picture
     */
    Objective towardsOther(boolean[] flagged) {
        return EncoderObjective.of(encoder.encoder(), loss(flagged));
    }

    private KnnLoss loss(boolean[] flagged) {
        String[] own = new String[flagged.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = flagged[i] ? ReferenceGroups.FLAGGED : ReferenceGroups.UNFLAGGED;
        }
        return new KnnLoss(sides, own, vote.k(), vote.temperature(), (units, samples) -> new boolean[samples.length]);
    }

    /** The margins of pictures at the encoder's input, {@code [count]}. */
    double[] marginsOf(float[] pixels, int count) {
        return margins(encoder.encoder().embed(pixels, count), count);
    }

    /** How much nearer to the flagged side each embedding is, {@code [count]}; above 0 where the flagged side wins. */
    double[] margins(float[] embeddings, int count) {
        float[] losses = loss(new boolean[count])
                .evaluate(embeddings, IntStream.range(0, count).toArray())
                .scores()
                .losses();
        return IntStream.range(0, count).mapToDouble(i -> losses[i]).toArray();
    }

    /** The class that the k nearest of all vote for, of each embedding. */
    List<String> classes(float[] embeddings, int count) {
        int dimension = embeddings.length / count;
        float[] units = new float[embeddings.length];
        for (int row = 0; row < count; row++) {
            float[] one = Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension);
            System.arraycopy(UnitEmbedding.of(one).values(), 0, units, row * dimension, dimension);
        }
        return bank.nearest(units, count, vote.k()).stream().map(this::winner).toList();
    }

    private String winner(List<Neighbour> nearest) {
        Ranking ranking = new Ranking(
                IntStream.range(0, nearest.size()).toArray(),
                nearest.stream().mapToDouble(Neighbour::similarity).toArray());
        int[] classes = nearest.stream()
                .mapToInt(neighbour -> labels.indexOf(neighbour.label()))
                .toArray();
        return labels.get(vote.classes(ranking, classes).get(0));
    }

    @Override
    public void close() {
        sides.close();
        bank.close();
    }
}
