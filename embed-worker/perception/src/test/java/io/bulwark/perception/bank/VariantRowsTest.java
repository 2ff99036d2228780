package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException.Problem;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** References with several rows: each votes once, by its nearest. */
class VariantRowsTest {

    @Property(tries = 100)
    void aSearchFindsWhatASlowOneFindsAndNoReferenceTwice(
            @ForAll @IntRange(max = 1_000_000) int seed,
            @ForAll @IntRange(min = 1, max = 80) int size,
            @ForAll @IntRange(min = 2, max = 40) int dimension,
            @ForAll @IntRange(min = 1, max = 20) int k) {
        Random random = new Random(seed);
        List<LabelledEmbedding> references = Rows.withVariants(random, Rows.references(random, size, dimension));
        float[] query = random.nextBoolean()
                ? Rows.random(random, dimension)
                : references.get(random.nextInt(size)).embedding();
        try (Bank bank = MatrixBank.of("model", references)) {
            List<Neighbour> found = bank.nearest(query, 1, k).get(0);

            assertThat(found).isEqualTo(Rows.slowNearest(references, query, k));
            assertThat(found).extracting(Neighbour::referenceId).doesNotHaveDuplicates();
            assertThat(found).hasSize(Math.min(k, size));
            assertThat(bank.near(query, 1, k).get(0).alike())
                    .isEqualTo(Rows.slowNearest(references, query, k, Neighbour::ownSimilarity));
        }
    }

    @Test
    void aSearchOverSeveralBlocksOfRowsFindsTheSame() {
        Random random = new Random(11);
        List<LabelledEmbedding> references = Rows.withVariants(random, Rows.references(random, 12_000, 8));
        try (Bank bank = MatrixBank.of("model", references)) {
            assertThat(bank.rows()).isGreaterThan(2 * 16_384);
            for (int i = 0; i < 5; i++) {
                float[] query = Rows.random(random, 8);
                assertThat(bank.nearest(query, 1, 11).get(0)).isEqualTo(Rows.slowNearest(references, query, 11));
                assertThat(bank.near(query, 1, 11).get(0).alike())
                        .isEqualTo(Rows.slowNearest(references, query, 11, Neighbour::ownSimilarity));
            }
        }
    }

    @Test
    void theNearestRowGivesTheSimilarityAndItsName() {
        LabelledEmbedding reference = new LabelledEmbedding("r", "safe", Rows.onCircle(4, 0))
                .with(List.of(
                        new ReferenceVariant("border", Rows.onCircle(4, 1)),
                        new ReferenceVariant("text", Rows.onCircle(4, 2))));
        try (Bank bank = MatrixBank.of("model", List.of(reference))) {
            assertThat(bank.rows()).isEqualTo(3);
            assertThat(bank.size()).isEqualTo(1);
            assertThat(nearest(bank, 0.1).variant()).isEmpty();
            assertThat(nearest(bank, 1.1).variant()).contains("border");
            assertThat(nearest(bank, 3).variant()).contains("text");
            assertThat(nearest(bank, 1.1).ownSimilarity()).isEqualTo((float) Math.cos(1.1));
            assertThat(reference.row(Optional.of("text"))).isEqualTo(Rows.onCircle(4, 2));
            assertThat(reference.row(Optional.empty())).isEqualTo(reference.embedding());
        }
    }

    private static Neighbour nearest(Bank bank, double radians) {
        return bank.nearest(Rows.onCircle(4, radians), 1, 5).get(0).get(0);
    }

    @Test
    void variantsChangeTheVersion() {
        float[] east = Rows.onCircle(2, 0);
        float[] north = Rows.onCircle(2, 1);
        LabelledEmbedding bare = new LabelledEmbedding("a", "safe", east);
        List<LabelledEmbedding> contents = List.of(
                bare,
                bare.with(List.of(new ReferenceVariant("text", north))),
                bare.with(List.of(new ReferenceVariant("border", north))),
                bare.with(List.of(new ReferenceVariant("text", east))),
                bare.with(List.of(new ReferenceVariant("text", north), new ReferenceVariant("border", north))));

        assertThat(contents.stream().map(VariantRowsTest::version).distinct()).hasSameSizeAs(contents);
    }

    private static String version(LabelledEmbedding reference) {
        try (Bank bank = MatrixBank.of("model", List.of(reference))) {
            return bank.version();
        }
    }

    @Test
    void variantsThatWouldSpoilTheSearchAreRefused() {
        LabelledEmbedding reference = new LabelledEmbedding("r", "safe", Rows.onCircle(3, 0));
        List<ReferenceVariant> many = new ArrayList<>();
        for (int i = 0; i <= LabelledEmbedding.MOST_VARIANTS; i++) {
            many.add(new ReferenceVariant("v" + i, Rows.onCircle(3, i)));
        }
        refused(Problem.TOO_MANY_VARIANTS, reference, many);
        refused(Problem.VARIANT_NAME, reference, List.of(new ReferenceVariant(" ", Rows.onCircle(3, 1))));
        refused(
                Problem.VARIANT_NAME,
                reference,
                Collections.nCopies(2, new ReferenceVariant("text", Rows.onCircle(3, 1))));
        refused(Problem.DIMENSION, reference, List.of(new ReferenceVariant("text", Rows.onCircle(2, 1))));
        refused(Problem.NOT_UNIT, reference, List.of(new ReferenceVariant("text", new float[] {1, 1, 0})));
        assertThatThrownBy(() -> ReferenceVariant.ofHalf("r", "text", new byte[3]))
                .isInstanceOf(InvalidReferenceException.class);
    }

    private static void refused(Problem problem, LabelledEmbedding reference, List<ReferenceVariant> variants) {
        assertThatThrownBy(() -> reference.with(variants))
                .isInstanceOfSatisfying(InvalidReferenceException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(problem);
                    assertThat(refusal.referenceId()).isEqualTo("r");
                });
    }
}
