package io.bulwark.lab.attack.loss;

import io.bulwark.perception.metric.Choice;
import java.util.List;

/**
 * A decision by the nearest prototype: a 2AFC choice, zero-shot classification, nearest class mean.
 *
 * @param loss what is raised
 * @param prototypes by sample; many samples may share one instance
 * @param labels the true class of each sample
 * @param targets the class that the attacker wants of each sample; read with {@link LogitLoss#TARGETED} alone
 */
public record PrototypeLoss(LogitLoss loss, List<Prototypes> prototypes, int[] labels, int[] targets)
        implements EmbeddingLoss.Row {

    public PrototypeLoss {
        prototypes = List.copyOf(prototypes);
    }

    /**
     * Flips the two-alternative forced choice of people (Croce et al., SaTML 2025, section 4): the reference picture is
     * perturbed, the alternatives stay.
     *
     * @param left {@code [B][D]} embeddings of the left alternatives
     * @param right {@code [B][D]} embeddings of the right alternatives
     * @param people the side that people chose
     */
    public static PrototypeLoss flipChoice(LogitLoss loss, float[][] left, float[][] right, Choice.Side[] people) {
        Prototypes[] sides = new Prototypes[people.length];
        int[] labels = new int[people.length];
        int[] targets = new int[people.length];
        for (int i = 0; i < people.length; i++) {
            sides[i] = Prototypes.of(new float[][] {left[i], right[i]}, 1);
            labels[i] = people[i].ordinal();
            targets[i] = 1 - labels[i];
        }
        return new PrototypeLoss(loss, List.of(sides), labels, targets);
    }

    @Override
    public Score of(int sample, float[] embedding, float[] slope) {
        Prototypes own = prototypes.get(sample);
        UnitEmbedding unit = UnitEmbedding.of(embedding);
        double[] logits = own.logits(unit);
        double[] byLogit = new double[logits.length];
        Score score = loss.evaluate(logits, labels[sample], targets[sample], byLogit);
        own.pullBack(unit, byLogit, slope);
        return score;
    }
}
