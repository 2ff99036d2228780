package io.bulwark.perception.bank;

import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Unit rows and banks for tests, and the slow search that is obviously right. */
final class Rows {

    private Rows() {}

    static float[] random(Random random, int dimension) {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return UnitRow.normalised(row);
    }

    /** A unit row of exactly this cosine to {@code row}, up to rounding. */
    static float[] atCosine(Random random, float[] row, double cosine) {
        float[] other = random(random, row.length);
        double along = UnitRow.cosine(row, 0, other);
        float[] across = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            across[i] = (float) (other[i] - along * row[i]);
        }
        across = UnitRow.normalised(across);
        float[] result = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            result[i] = (float) (cosine * row[i] + Math.sqrt(1 - cosine * cosine) * across[i]);
        }
        return UnitRow.normalised(result);
    }

    /** The first axis turned towards the second: cosine of the angle between two of them is that of the difference. */
    static float[] onCircle(int dimension, double radians) {
        float[] row = new float[dimension];
        row[0] = (float) Math.cos(radians);
        row[1] = (float) Math.sin(radians);
        return row;
    }

    static List<LabelledEmbedding> references(Random random, int size, int dimension) {
        List<LabelledEmbedding> references = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            references.add(new LabelledEmbedding(
                    String.format("r-%06d", i), i % 3 == 0 ? "weapons" : "safe", random(random, dimension)));
        }
        return references;
    }

    static List<Neighbour> slowNearest(List<LabelledEmbedding> references, float[] query, int k) {
        return slowNearest(references, query, k, Neighbour::similarity);
    }

    static List<Neighbour> slowNearest(
            List<LabelledEmbedding> references, float[] query, int k, Function<Neighbour, Float> similarity) {
        return references.stream()
                .map(reference -> slowNearest(reference, query))
                .sorted(Comparator.comparing(similarity).reversed().thenComparing(Neighbour::referenceId))
                .limit(k)
                .toList();
    }

    /** Every row of the reference, its own first. */
    private static Neighbour slowNearest(LabelledEmbedding reference, float[] query) {
        float own = UnitRow.cosine(query, 0, reference.embedding());
        Neighbour nearest = new Neighbour(reference.id(), reference.label(), own);
        for (ReferenceVariant variant : reference.variants()) {
            float similarity = UnitRow.cosine(query, 0, variant.embedding());
            if (similarity > nearest.similarity()) {
                nearest =
                        new Neighbour(reference.id(), reference.label(), similarity, Optional.of(variant.name()), own);
            }
        }
        return nearest;
    }

    /** References with none to all of the variants that one may have, some of which are equal to others. */
    static List<LabelledEmbedding> withVariants(Random random, List<LabelledEmbedding> references) {
        List<LabelledEmbedding> varied = new ArrayList<>();
        for (LabelledEmbedding reference : references) {
            List<ReferenceVariant> variants = new ArrayList<>();
            int count = random.nextInt(LabelledEmbedding.MOST_VARIANTS + 1);
            for (int i = 0; i < count; i++) {
                LabelledEmbedding other = references.get(random.nextInt(references.size()));
                float[] row = random.nextInt(4) == 0
                        ? other.embedding()
                        : atCosine(random, reference.embedding(), random.nextDouble(-0.5, 1));
                variants.add(new ReferenceVariant("variant-" + i, row));
            }
            varied.add(reference.with(variants));
        }
        return varied;
    }
}
