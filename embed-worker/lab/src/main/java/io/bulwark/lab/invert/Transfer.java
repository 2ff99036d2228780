package io.bulwark.lab.invert;

import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How much of a target an encoder sees in a picture that was made for it with another encoder. Immutable; any thread.
 *
 * <p>A cosine alone says little: some encoders give any two pictures a high one. So it is set among the cosines of
 * random pairs of the references, under the same encoder.
 */
public final class Transfer {

    private final List<LabelledEmbedding> references;
    private final double[] randomPairs;
    private final int k;

    /**
     * What a picture came to.
     *
     * @param cosine of picture and target
     * @param percentile share of random pairs of pictures that are less alike, in [0, 1]
     * @param ofLabel share of the k nearest references that have the target's label, in [0, 1]
     */
    public record Score(double cosine, double percentile, double ofLabel) {}

    /**
     * Draws the random pairs.
     *
     * @param references of the judging encoder, at least two
     * @param k nearest references that are asked for their label
     * @param pairs how many are drawn
     */
    public Transfer(List<LabelledEmbedding> references, int k, int pairs, long seed) {
        if (references.size() < 2 || k < 1 || pairs < 1) {
            throw new IllegalArgumentException(
                    "%d references, %d nearest, %d pairs; allowed are 2 and more, 1 and more, 1 and more"
                            .formatted(references.size(), k, pairs));
        }
        this.references = List.copyOf(references);
        this.k = k;
        SplittableRandom random = new SplittableRandom(seed);
        randomPairs = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            int one = random.nextInt(references.size());
            int other = (one + 1 + random.nextInt(references.size() - 1)) % references.size();
            randomPairs[i] =
                    dot(references.get(one).embedding(), references.get(other).embedding());
        }
        Arrays.sort(randomPairs);
    }

    /**
     * Judges a picture.
     *
     * @param picture {@code [D]} its embedding, of any length
     * @param target {@code [D]} the target's embedding under the same encoder, of any length
     * @param label of the target
     */
    public Score judge(float[] picture, float[] target, String label) {
        UnitEmbedding unit = UnitEmbedding.of(picture);
        double cosine = unit.dot(UnitEmbedding.of(target).values());
        long same = references.stream()
                .sorted(Comparator.comparingDouble((LabelledEmbedding reference) -> -unit.dot(reference.embedding()))
                        .thenComparing(LabelledEmbedding::id))
                .limit(k)
                .filter(reference -> reference.label().equals(label))
                .count();
        return new Score(cosine, below(cosine), (double) same / Math.min(k, references.size()));
    }

    /** Ties count half. */
    private double below(double cosine) {
        int less = 0;
        int equal = 0;
        for (double pair : randomPairs) {
            less += pair < cosine ? 1 : 0;
            equal += pair == cosine ? 1 : 0;
        }
        return (less + 0.5 * equal) / randomPairs.length;
    }

    private static double dot(float[] one, float[] other) {
        return UnitEmbedding.of(one).dot(other);
    }
}
