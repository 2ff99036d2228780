package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One reference of a bank. It has one row and one more for each variant, and votes once, by the nearest of them.
 *
 * @param id unique in the bank
 * @param label its class; the policy says which are flagged
 * @param embedding unit row of the bank's dimension; not copied, not to be modified
 * @param sourceSha256 of the file that it was made from, where it is known
 * @param variants everyday variants of the picture, at most {@value #MOST_VARIANTS}
 */
public record LabelledEmbedding(
        String id, String label, float[] embedding, Optional<Sha256> sourceSha256, List<ReferenceVariant> variants) {

    /** So that a reference has six rows at most: what a search costs is bounded by the number of references. */
    public static final int MOST_VARIANTS = 5;

    /** Its own row and those of its variants. */
    public static final int MOST_ROWS = 1 + MOST_VARIANTS;

    public LabelledEmbedding {
        variants = List.copyOf(variants);
    }

    /** A reference without variants. */
    public LabelledEmbedding(String id, String label, float[] embedding, Optional<Sha256> sourceSha256) {
        this(id, label, embedding, sourceSha256, List.of());
    }

    /** A reference of which no file and no variant is known. */
    public LabelledEmbedding(String id, String label, float[] embedding) {
        this(id, label, embedding, Optional.empty());
    }

    /** The same reference, made from the file of this hash. */
    public LabelledEmbedding from(Optional<Sha256> sha256) {
        return new LabelledEmbedding(id, label, embedding, sha256, variants);
    }

    /**
     * The same reference with these variants alone.
     *
     * @throws InvalidReferenceException if they are too many, two have one name, or one is no unit row of its dimension
     */
    public LabelledEmbedding with(List<ReferenceVariant> others) {
        UnitRow.checkVariants(id, others, embedding.length, UnitRow.TOLERANCE);
        return new LabelledEmbedding(id, label, embedding, sourceSha256, others);
    }

    /**
     * The reference of an event of the references topic, without its variants.
     *
     * @param half the row in IEEE half precision, little-endian; brought back to length 1 after decoding
     * @throws InvalidReferenceException if the bytes are not a unit row
     */
    public static LabelledEmbedding ofHalf(String id, String label, byte[] half) {
        UnitRow.checkNames(id, label);
        return new LabelledEmbedding(id, label, UnitRow.ofHalf(id, half));
    }

    /**
     * One of its rows.
     *
     * @param variant which; empty for its own
     * @throws IllegalArgumentException if it has no such variant
     */
    public float[] row(Optional<String> variant) {
        return variant.isEmpty()
                ? embedding
                : variants.stream()
                        .filter(each -> each.name().equals(variant.get()))
                        .map(ReferenceVariant::embedding)
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException("reference " + id + " has no variant " + variant.get()));
    }

    /** All rows, its own first. */
    List<float[]> rows() {
        return Stream.concat(Stream.of(embedding), variants.stream().map(ReferenceVariant::embedding))
                .toList();
    }

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
         * Which everyday variants of a picture its reference keeps: variants far from it and from each other, the
         * farthest first (Gonzalez, "Clustering to minimize the maximum intercluster distance", Theoretical Computer
         * Science 38, 1985). What lies near is found by the rows that are there already.
         *
         * @param nearest cosine from which on a variant is near a row, in (-1, 1]
         * @param most variants that are kept, 0 to {@value LabelledEmbedding#MOST_VARIANTS}
         */
        public record VariantChoice(double nearest, int most) {

            public VariantChoice {
                if (!(nearest > -1 && nearest <= 1)) {
                    throw new IllegalArgumentException(
                            "nearest is " + nearest + ", allowed is a cosine above -1 up to 1");
                }
                if (most < 0 || most > LabelledEmbedding.MOST_VARIANTS) {
                    throw new IllegalArgumentException(
                            "most is " + most + ", allowed are 0 to " + LabelledEmbedding.MOST_VARIANTS + " variants");
                }
            }

            /**
             * Chooses. The same candidates in the same order give the same choice; of equally far ones the first is
             * taken.
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

    /** A reference that no bank takes; says which and why. The others of its source may still be used. */
    public static final class InvalidReferenceException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private final String referenceId;
        private final Problem problem;

        InvalidReferenceException(String referenceId, Problem problem, String found) {
            super("Reference \"" + referenceId + "\" cannot be used: " + found);
            this.referenceId = referenceId;
            this.problem = problem;
        }

        /** The offending reference. */
        public String referenceId() {
            return referenceId;
        }

        public Problem problem() {
            return problem;
        }

        /** What is wrong with a reference. */
        public enum Problem {
            BLANK_ID,
            DUPLICATE_ID,
            BLANK_LABEL,
            DIMENSION,
            NOT_FINITE,
            NOT_UNIT,
            TOO_MANY_VARIANTS,
            VARIANT_NAME
        }
    }
}
