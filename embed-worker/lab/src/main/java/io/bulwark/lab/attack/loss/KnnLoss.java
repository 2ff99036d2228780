package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Oracle.Scores;
import io.bulwark.perception.bank.Neighbour;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * A smooth stand-in for a kNN vote: the log-odds of a similarity-weighted vote,
 * {@code T (log sum exp(s/T) over the rivals - log sum exp(s/T) over its own)}. {@link Voters} says which references
 * vote in it. Who is fooled is the real decision's.
 *
 * <p>A policy leaves to people what is near no reference. So below the floor the similarity of the nearest rival is
 * raised too: an attacker who only leaves his own side would end between the sides, where nothing is decided.
 *
 * @param groups the references; not closed by this
 * @param own the group of each sample, which the attacker wants to leave
 * @param k neighbours
 * @param temperature T, above 0: the vote's own
 * @param decision the real one
 * @param voters who votes
 * @param floor of similarity, below which nothing is decided; {@link #NO_FLOOR} where there is none
 */
public record KnnLoss(
        ReferenceGroups groups,
        String[] own,
        int k,
        double temperature,
        KnnDecision decision,
        Voters voters,
        double floor)
        implements EmbeddingLoss {

    /** No cosine is below it. */
    public static final double NO_FLOOR = -1;

    /** Slope below the floor. That of the vote is at most 2: a step away from the one side and towards the other. */
    private static final double STEEPNESS = 4;

    /** Each side sends its k nearest, and there is no floor. */
    public KnnLoss(ReferenceGroups groups, String[] own, int k, double temperature, KnnDecision decision) {
        this(groups, own, k, temperature, decision, new Voters.Sides(), NO_FLOOR);
    }

    /** Every sample is of the side that the goal starts from. */
    public static KnnLoss of(
            ReferenceGroups groups, AttackGoal goal, int count, int k, double temperature, KnnDecision decision) {
        String[] own = new String[count];
        Arrays.fill(own, ReferenceGroups.left(goal));
        return new KnnLoss(groups, own, k, temperature, decision);
    }

    /** The same with other voters. */
    public KnnLoss by(Voters others) {
        return new KnnLoss(groups, own, k, temperature, decision, others, floor);
    }

    /** The same for a policy with a floor. */
    public KnnLoss above(double similarity) {
        return new KnnLoss(groups, own, k, temperature, decision, voters, similarity);
    }

    @Override
    public Values evaluate(float[] embeddings, int[] samples) {
        int dimension = embeddings.length / samples.length;
        UnitEmbedding[] units = new UnitEmbedding[samples.length];
        float[] rows = new float[embeddings.length];
        for (int row = 0; row < samples.length; row++) {
            units[row] = UnitEmbedding.of(Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension));
            System.arraycopy(units[row].values(), 0, rows, row * dimension, dimension);
        }
        String[] ownGroups =
                Arrays.stream(samples).mapToObj(sample -> own[sample]).toArray(String[]::new);
        List<SortedMap<String, List<Neighbour>>> near = groups.nearest(rows, ownGroups, k);
        float[] losses = new float[samples.length];
        float[] slopes = new float[embeddings.length];
        for (int row = 0; row < samples.length; row++) {
            double[] byUnit = new double[dimension];
            Voters.Sent sent = voters.of(near.get(row), ownGroups[row], k, temperature);
            double loss =
                    soft(sent.rivals(), 1, byUnit) - soft(sent.own(), -1, byUnit) - belowFloor(sent.rivals(), byUnit);
            losses[row] = (float) loss;
            float[] slope = new float[dimension];
            units[row].pullBack(byUnit, slope);
            System.arraycopy(slope, 0, slopes, row * dimension, dimension);
        }
        return new Values(new Scores(losses, decision.fooled(rows, samples)), slopes);
    }

    /** {@code T log sum exp(s/T)}; its slope, {@code sign} times the softmax-weighted mean of the rows, is added. */
    private double soft(List<Neighbour> neighbours, int sign, double[] byUnit) {
        double logSum = logSum(neighbours, temperature);
        for (Neighbour neighbour : neighbours) {
            double weight = Math.exp((neighbour.similarity() - logSum) / temperature);
            UnitEmbedding.add(byUnit, groups.row(neighbour), sign * weight);
        }
        return logSum;
    }

    /** {@code T log sum exp(s/T)} of at least one. */
    static double logSum(List<Neighbour> neighbours, double temperature) {
        double greatest =
                neighbours.stream().mapToDouble(Neighbour::similarity).max().orElseThrow();
        double sum = neighbours.stream()
                .mapToDouble(neighbour -> Math.exp((neighbour.similarity() - greatest) / temperature))
                .sum();
        return greatest + temperature * Math.log(sum);
    }

    /**
     * How far the nearest rival is below the floor, in units of the loss; the slope of its negative is added. The
     * nearest of all would lead back to the own side, which is near at first.
     */
    private double belowFloor(List<Neighbour> rivals, double[] byUnit) {
        Neighbour nearest = rivals.get(0);
        double missing = floor - nearest.similarity();
        if (missing <= 0) {
            return 0;
        }
        UnitEmbedding.add(byUnit, groups.row(nearest), STEEPNESS);
        return STEEPNESS * missing;
    }

    /** The real decision about embeddings: what success is judged by. One thread at a time. */
    @FunctionalInterface
    public interface KnnDecision {

        /**
         * Decides.
         *
         * @param units {@code [samples.length, D]} unit rows
         * @param samples whose they are
         * @return whether each decision is the attacker's
         */
        boolean[] fooled(float[] units, int[] samples);
    }
}
