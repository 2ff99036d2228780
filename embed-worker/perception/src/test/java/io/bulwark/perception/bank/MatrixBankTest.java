package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException.Problem;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.torch.RowBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixBankTest {

    /** What the estimate of a row costs, in cosines of a plain loop: measured by {@code bench knn}. */
    private static final double ESTIMATES = 0.1;

    @Test
    void findsWhatASlowSearchFindsInTheSameOrder() {
        Random random = new Random(3);
        for (int[] shape : new int[][] {{1, 2, 1}, {7, 5, 3}, {300, 96, 11}, {1000, 33, 1}, {5, 64, 20}}) {
            List<LabelledEmbedding> references = Rows.references(random, shape[0], shape[1]);
            try (Bank bank = MatrixBank.of("model", references)) {
                float[][] queries = queries(random, 70, shape[1]);

                List<List<Neighbour>> found = bank.nearest(flat(queries), queries.length, shape[2]);

                for (int i = 0; i < queries.length; i++) {
                    assertThat(found.get(i)).isEqualTo(Rows.slowNearest(references, queries[i], shape[2]));
                }
            }
        }
    }

    @Test
    void searchesABankOfSeveralBlocksOfRows() {
        Random random = new Random(4);
        List<LabelledEmbedding> references = Rows.references(random, 40_000, 8);
        try (Bank bank = MatrixBank.of("model", references)) {
            float[][] queries = queries(random, 5, 8);

            List<List<Neighbour>> found = bank.nearest(flat(queries), queries.length, 11);

            for (int i = 0; i < queries.length; i++) {
                assertThat(found.get(i)).isEqualTo(Rows.slowNearest(references, queries[i], 11));
            }
        }
    }

    @Test
    void equalSimilaritiesComeByLowerIdEvenWhereTheListEnds() {
        float[] row = Rows.random(new Random(5), 100);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            references.add(new LabelledEmbedding(String.format("twin-%03d", i), "safe", row.clone()));
        }
        references.add(new LabelledEmbedding("zz-nearest", "safe", Rows.onCircle(100, 0)));
        references.add(new LabelledEmbedding("other", "weapons", Rows.random(new Random(6), 100)));
        Collections.shuffle(references, new Random(7));
        try (Bank bank = MatrixBank.of("model", references)) {
            List<Neighbour> found = bank.nearest(Rows.onCircle(100, 0), 1, 12).get(0);

            assertThat(found.get(0).referenceId()).isEqualTo("zz-nearest");
            List<Neighbour> slow = Rows.slowNearest(references, Rows.onCircle(100, 0), 12);
            assertThat(found).isEqualTo(slow);
            List<Neighbour> twins = bank.nearest(row, 1, 3).get(0);
            assertThat(twins).extracting(Neighbour::referenceId).containsExactly("twin-000", "twin-001", "twin-002");
        }
    }

    @Test
    void aQuerysNeighboursDoNotDependOnItsBatch() {
        Random random = new Random(8);
        List<LabelledEmbedding> references = Rows.references(random, 2000, 129);
        try (Bank bank = MatrixBank.of("model", references)) {
            float[][] queries = queries(random, 65, 129);

            List<List<Neighbour>> together = bank.nearest(flat(queries), queries.length, 11);

            for (int i = 0; i < queries.length; i++) {
                assertThat(bank.nearest(queries[i], 1, 11).get(0)).isEqualTo(together.get(i));
            }
        }
    }

    /** Copies, near copies down to the last bit of fp16, some with variants, in whatever order: by libtorch, in several views. */
    @Property(tries = 25)
    void aBankOfCopiesAnswersLikeThePlainLoop(
            @ForAll @IntRange(max = 1_000_000) int seed,
            @ForAll @IntRange(min = 24, max = 120) int dimension,
            @ForAll @IntRange(min = 1, max = 40) int k) {
        Random random = new Random(seed);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            float[] like = i == 0 ? Rows.random(random, dimension) : rows.get(random.nextInt(Math.min(i, 12)));
            rows.add(
                    switch (random.nextInt(4)) {
                        case 0 -> like;
                        case 1 -> UnitRow.ofHalf("half", HalfFloats.encode(nearTo(random, like)));
                        case 2 -> nearTo(random, like);
                        default -> Rows.random(random, dimension);
                    });
        }
        List<LabelledEmbedding> references = new ArrayList<>();
        for (float[] row : rows) {
            LabelledEmbedding reference =
                    new LabelledEmbedding(String.format("r-%06d", references.size()), "safe", row);
            references.add(
                    random.nextInt(10) > 0
                            ? reference
                            : reference.with(List.of(new ReferenceVariant("text", rows.get(random.nextInt(400))))));
        }
        Collections.shuffle(references, random);
        float[][] queries = new float[9][];
        Arrays.setAll(queries, i -> i % 2 == 0 ? rows.get(random.nextInt(12)) : nearTo(random, rows.get(i)));
        try (Bank bank = MatrixBank.of("model", references)) {
            List<NearReferences> found = bank.near(flat(queries), queries.length, k);
            for (int i = 0; i < queries.length; i++) {
                assertThat(found.get(i).voting()).isEqualTo(Rows.slowNearest(references, queries[i], k));
                assertThat(found.get(i).alike())
                        .isEqualTo(Rows.slowNearest(references, queries[i], k, Neighbour::ownSimilarity));
            }
        }
    }

    private static float[] nearTo(Random random, float[] row) {
        return Rows.atCosine(random, row, 1 - Math.pow(10, -random.nextDouble(1, 8)));
    }

    /** Few exact products separate similar rows: real pictures' embeddings are similar. */
    @Test
    void fewRowsThatAreAlikeAreLookedAt() {
        Random random = new Random(13);
        float[] centre = Rows.random(random, 256);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            float[] row = Rows.atCosine(random, centre, random.nextDouble(0.9, 0.99));
            references.add(new LabelledEmbedding(
                    String.format("r-%06d", i), "safe", UnitRow.ofHalf("half", HalfFloats.encode(row))));
        }
        try (MatrixBank bank = MatrixBank.of("model", references)) {
            assertThat(bank.nearest(centre, 1, 11).get(0)).isEqualTo(Rows.slowNearest(references, centre, 11));
            // Within the bf16 error of both, 0.015, lie 300.
            assertThat(bank.opened()).isLessThan(RowBlock.addsFirst() ? 120 : 400);
        }
    }

    /**
     * An uploader can choose a query from the middle of much-alike references, which leaves all of their rows open. A
     * plain loop computes a cosine for each row; estimates of all rows cost a tenth of that in a batch of eight, and two
     * to four times as much for a query alone. Rows of 0.999999 differ in their last bits, which decide.
     */
    @ParameterizedTest
    @CsvSource({"1, 0.9", "1, 0.999", "1, 0.999999", "3, 0.9", "3, 0.999", "3, 0.999999"})
    void noQueryCostsMoreThanAPlainLoopAndAFifth(int rowsOfOne, double alike) {
        Random random = new Random(14);
        float[] centre = Rows.random(random, 256);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 12_000 / rowsOfOne; i++) {
            List<ReferenceVariant> variants = new ArrayList<>();
            for (int variant = 1; variant < rowsOfOne; variant++) {
                variants.add(new ReferenceVariant("variant-" + variant, half(Rows.atCosine(random, centre, alike))));
            }
            references.add(new LabelledEmbedding(
                            String.format("r-%06d", i), "safe", half(Rows.atCosine(random, centre, alike)))
                    .with(variants));
        }
        try (MatrixBank bank = MatrixBank.of("model", references)) {
            float[][] queries = {centre, references.get(7).embedding(), opposite(centre), Rows.random(random, 256)};
            for (float[] query : queries) {
                long before = bank.cosines();
                NearReferences found = bank.near(query, 1, 11).get(0);

                assertThat(found.voting()).isEqualTo(Rows.slowNearest(references, query, 11));
                assertThat(found.alike()).isEqualTo(Rows.slowNearest(references, query, 11, Neighbour::ownSimilarity));
                double work = bank.cosines() - before + ESTIMATES * bank.rows();
                assertThat(work).isLessThanOrEqualTo(1.2 * bank.rows());
            }
        }
    }

    private static float[] half(float[] row) {
        return UnitRow.ofHalf("half", HalfFloats.encode(row));
    }

    private static float[] opposite(float[] row) {
        float[] opposite = row.clone();
        for (int i = 0; i < row.length; i++) {
            opposite[i] = -row[i];
        }
        return opposite;
    }

    @Test
    void theOrderOfTheReferencesChangesNothing() {
        Random random = new Random(9);
        List<LabelledEmbedding> references = Rows.references(random, 100, 16);
        List<LabelledEmbedding> shuffled = new ArrayList<>(references);
        Collections.shuffle(shuffled, random);
        float[] query = Rows.random(random, 16);
        try (Bank bank = MatrixBank.of("model", references);
                Bank other = MatrixBank.of("model", shuffled)) {
            assertThat(other.version()).isEqualTo(bank.version()).matches("[0-9a-f]{64}");
            assertThat(other.nearest(query, 1, 100)).isEqualTo(bank.nearest(query, 1, 100));
        }
    }

    @Test
    void everyPartOfTheContentChangesTheVersion() {
        float[] east = Rows.onCircle(2, 0);
        float[] north = Rows.onCircle(2, Math.PI / 2);
        List<List<LabelledEmbedding>> contents = List.of(
                List.of(),
                List.of(new LabelledEmbedding("a", "bc", east)),
                List.of(new LabelledEmbedding("ab", "c", east)),
                List.of(new LabelledEmbedding("a", "bc", north)),
                List.of(new LabelledEmbedding("a", "bc", east), new LabelledEmbedding("b", "bc", east)));

        assertThat(contents.stream().map(MatrixBankTest::version).distinct()).hasSameSizeAs(contents);
    }

    @Test
    void saysWhatItHolds() {
        try (Bank bank = MatrixBank.of("model", Rows.references(new Random(10), 9, 4))) {
            assertThat(bank.modelFingerprint()).isEqualTo("model");
            assertThat(bank.size()).isEqualTo(9);
            assertThat(bank.dimension()).isEqualTo(4);
            assertThat(bank.labels()).containsExactly("safe", "weapons");
        }
    }

    @Test
    void anEmptyBankFindsNothing() {
        try (Bank bank = MatrixBank.of("model", List.of())) {
            assertThat(bank.nearest(Rows.onCircle(3, 0), 1, 11)).containsExactly(List.of());
            assertThat(bank.size()).isZero();
        }
    }

    @Test
    void refusesReferencesThatWouldSpoilTheSearchAndNamesThem() {
        float[] unit = Rows.onCircle(3, 1);
        LabelledEmbedding good = new LabelledEmbedding("good", "safe", unit);
        refused(Problem.DUPLICATE_ID, "good", good, new LabelledEmbedding("good", "weapons", unit));
        refused(Problem.DIMENSION, "short", good, new LabelledEmbedding("short", "safe", Rows.onCircle(2, 1)));
        refused(Problem.NOT_UNIT, "long", good, new LabelledEmbedding("long", "safe", new float[] {1, 0.1f, 0}));
        refused(Problem.NOT_FINITE, "nan", good, new LabelledEmbedding("nan", "safe", new float[] {Float.NaN, 1, 0}));
        refused(Problem.BLANK_LABEL, "bare", good, new LabelledEmbedding("bare", " ", unit));
        refused(Problem.BLANK_ID, " ", good, new LabelledEmbedding(" ", "safe", unit));
    }

    @Test
    void refusesQueriesThatAreNotEmbeddings() {
        try (Bank bank = MatrixBank.of("model", Rows.references(new Random(11), 9, 4))) {
            assertThatThrownBy(() -> bank.nearest(new float[4], 1, 3)).hasMessageContaining("Query 0 has length 0.0");
            assertThatThrownBy(() -> bank.nearest(new float[] {Float.NaN, 0, 0, 1}, 1, 3))
                    .hasMessageContaining("NaN");
            assertThatThrownBy(() -> bank.nearest(Rows.onCircle(3, 0), 1, 3)).hasMessageContaining("dimension 4");
            assertThatThrownBy(() -> bank.nearest(Rows.onCircle(4, 0), 1, 0)).hasMessageContaining("k is 0");
        }
    }

    @Test
    void aClosedBankSaysSoInsteadOfReadingFreedMemory() {
        Bank bank = MatrixBank.of("model", Rows.references(new Random(12), 9, 4));
        bank.close();
        bank.close();

        assertThatThrownBy(() -> bank.nearest(Rows.onCircle(4, 0), 1, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static void refused(Problem problem, String id, LabelledEmbedding... references) {
        assertThatThrownBy(() -> MatrixBank.of("model", Arrays.asList(references)))
                .isInstanceOfSatisfying(InvalidReferenceException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(problem);
                    assertThat(refusal.referenceId()).isEqualTo(id);
                });
    }

    private static String version(List<LabelledEmbedding> references) {
        try (Bank bank = MatrixBank.of("model", references)) {
            return bank.version();
        }
    }

    private static float[][] queries(Random random, int count, int dimension) {
        float[][] queries = new float[count][];
        Arrays.setAll(queries, i -> Rows.random(random, dimension));
        return queries;
    }

    private static float[] flat(float[][] queries) {
        float[] flat = new float[queries.length * queries[0].length];
        for (int i = 0; i < queries.length; i++) {
            System.arraycopy(queries[i], 0, flat, i * queries[i].length, queries[i].length);
        }
        return flat;
    }
}
