package io.bulwark.perception.bank;

import java.util.ArrayList;
import java.util.List;

/**
 * One more row of a reference: what the model makes of its picture after something that people do with pictures.
 *
 * @param name what was done, such as {@code border}; unique in its reference
 * @param embedding unit row of the bank's dimension; not copied, not to be modified
 */
public record ReferenceVariant(String name, float[] embedding) {

    /**
     * The variant of an event of the references topic.
     *
     * @param referenceId whose variant it is
     * @param half the row in IEEE half precision, little-endian; brought back to length 1 after decoding
     * @throws InvalidReferenceException if the bytes are not a unit row
     */
    public static ReferenceVariant ofHalf(String referenceId, String name, byte[] half) {
        return new ReferenceVariant(name, UnitRow.ofHalf(referenceId, half));
    }

    /**
     * Which everyday variants of a picture its reference keeps: variants far from it and from each other, the farthest
     * first (Gonzalez, "Clustering to minimize the maximum intercluster distance", Theoretical Computer Science 38,
     * 1985). What lies near is found by the rows that are there already.
     *
     * @param nearest cosine from which on a variant is near a row, in (-1, 1]
     * @param most variants that are kept, 0 to {@value LabelledEmbedding#MOST_VARIANTS}
     */
    public record VariantChoice(double nearest, int most) {

        public VariantChoice {
            if (!(nearest > -1 && nearest <= 1)) {
                throw new IllegalArgumentException("nearest is " + nearest + ", allowed is a cosine above -1 up to 1");
            }
            if (most < 0 || most > LabelledEmbedding.MOST_VARIANTS) {
                throw new IllegalArgumentException(
                        "most is " + most + ", allowed are 0 to " + LabelledEmbedding.MOST_VARIANTS + " variants");
            }
        }

        /**
         * Chooses. The same candidates in the same order give the same choice; of equally far ones the first is taken.
         *
         * @param own the reference's own row
         * @param candidates unit rows of its dimension
         * @return those kept, in the order in which they were chosen
         */
        public List<ReferenceVariant> of(float[] own, List<ReferenceVariant> candidates) {
            List<ReferenceVariant> left = new ArrayList<>(candidates);
            List<Float> similarities = new ArrayList<>();
            left.forEach(candidate -> similarities.add(UnitRow.cosine(own, 0, candidate.embedding())));
            List<ReferenceVariant> chosen = new ArrayList<>();
            while (chosen.size() < most && !left.isEmpty()) {
                int farthest = farthest(similarities);
                if (similarities.get(farthest) >= nearest) {
                    break;
                }
                ReferenceVariant taken = left.remove(farthest);
                similarities.remove(farthest);
                chosen.add(taken);
                for (int i = 0; i < left.size(); i++) {
                    float toTaken =
                            UnitRow.cosine(taken.embedding(), 0, left.get(i).embedding());
                    similarities.set(i, Math.max(similarities.get(i), toTaken));
                }
            }
            return chosen;
        }

        private static int farthest(List<Float> similarities) {
            int farthest = 0;
            for (int i = 1; i < similarities.size(); i++) {
                if (similarities.get(i) < similarities.get(farthest)) {
                    farthest = i;
                }
            }
            return farthest;
        }
    }
}
