package io.bulwark.robustness.attack.loss;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.robustness.attack.AttackGoal;
import io.bulwark.robustness.attack.Oracle.Scores;
import java.util.Arrays;
import java.util.List;

/**
 * A smooth stand-in for a kNN vote: the log-odds of a similarity-weighted vote in which each side sends its k nearest,
 * {@code T (log sum exp(s/T) over the others - log sum exp(s/T) over its own)}. The real vote lets the k nearest of both
 * sides together vote, and has no slope where they are all of one side; this one always has, and the two agree at the
 * border. Who is fooled is the real decision's.
 *
 * @param groups the references; not closed by this
 * @param own the group of each sample, which the attacker wants to leave
 * @param k neighbours of each side
 * @param temperature T, above 0: the vote's own
 * @param decision the real one
 */
public record KnnLoss(ReferenceGroups groups, String[] own, int k, double temperature, KnnDecision decision)
        implements EmbeddingLoss {

    /** Every sample is of the side that the goal starts from. */
    public static KnnLoss of(
            ReferenceGroups groups, AttackGoal goal, int count, int k, double temperature, KnnDecision decision) {
        String[] own = new String[count];
        Arrays.fill(own, goal == AttackGoal.EVADE ? ReferenceGroups.FLAGGED : ReferenceGroups.UNFLAGGED);
        return new KnnLoss(groups, own, k, temperature, decision);
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
        List<ReferenceGroups.Sides> sides = groups.nearest(rows, ownGroups, k);
        float[] losses = new float[samples.length];
        float[] slopes = new float[embeddings.length];
        for (int row = 0; row < samples.length; row++) {
            double[] byUnit = new double[dimension];
            double loss = soft(sides.get(row).others(), 1, byUnit)
                    - soft(sides.get(row).own(), -1, byUnit);
            losses[row] = (float) loss;
            float[] slope = new float[dimension];
            units[row].pullBack(byUnit, slope);
            System.arraycopy(slope, 0, slopes, row * dimension, dimension);
        }
        return new Values(new Scores(losses, decision.fooled(rows, samples)), slopes);
    }

    /** {@code T log sum exp(s/T)}; its slope, {@code sign} times the softmax-weighted mean of the rows, is added. */
    private double soft(List<Neighbour> neighbours, int sign, double[] byUnit) {
        double greatest = neighbours.get(0).similarity();
        double sum = 0;
        for (Neighbour neighbour : neighbours) {
            sum += Math.exp((neighbour.similarity() - greatest) / temperature);
        }
        for (Neighbour neighbour : neighbours) {
            double weight = Math.exp((neighbour.similarity() - greatest) / temperature) / sum;
            UnitEmbedding.add(byUnit, groups.row(neighbour), sign * weight);
        }
        return greatest + temperature * Math.log(sum);
    }
}
