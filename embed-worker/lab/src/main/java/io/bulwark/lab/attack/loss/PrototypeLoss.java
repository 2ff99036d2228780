package io.bulwark.lab.attack.loss;

import io.bulwark.perception.metric.Choice;
import java.util.Arrays;
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

    /**
     * Unit rows that embeddings are compared with by cosine: the two alternatives of a 2AFC question, class prototypes,
     * text embeddings. The logit of a class is its cosine times a scale. Immutable.
     */
    public static final class Prototypes {

        private final float[][] units;
        private final double scale;

        private Prototypes(float[][] units, double scale) {
            this.units = units;
            this.scale = scale;
        }

        /**
         * Prototypes of these embeddings.
         *
         * @param embeddings {@code [classes][D]}, any length above zero; copied
         * @param scale what cosines are multiplied with: 1, or CLIP's 100
         */
        public static Prototypes of(float[][] embeddings, double scale) {
            float[][] units = Arrays.stream(embeddings)
                    .map(embedding -> UnitEmbedding.of(embedding).values())
                    .toArray(float[][]::new);
            return new Prototypes(units, scale);
        }

        /** Cosines times scale. */
        double[] logits(UnitEmbedding embedding) {
            return Arrays.stream(units)
                    .mapToDouble(unit -> scale * embedding.dot(unit))
                    .toArray();
        }

        /**
         * Turns a derivative by the logits into one by the embedding.
         *
         * @param byLogit {@code [classes]}
         * @param slope {@code [D]}, written
         */
        void pullBack(UnitEmbedding embedding, double[] byLogit, float[] slope) {
            double[] byUnit = new double[slope.length];
            for (int c = 0; c < units.length; c++) {
                UnitEmbedding.add(byUnit, units[c], scale * byLogit[c]);
            }
            embedding.pullBack(byUnit, slope);
        }
    }
}
