package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EvenSampleTest {

    private final Random random = new Random(3);

    @Test
    void aSmallBankIsGivenWhole() {
        List<LabelledEmbedding> references = Rows.withVariants(random, references("a", 20));
        try (Bank bank = MatrixBank.of("model", references)) {
            assertThat(bank.references(bank.rows())).hasSize(20);
            assertThat(rows(bank.references(bank.rows()))).isEqualTo(bank.rows());
            assertThat(rows(bank.references(bank.rows() - 1))).isLessThan(bank.rows());
        }
    }

    @Test
    void ofALargeBankLabelsHaveEqualSharesAndSmallOnesAreWhole() {
        List<LabelledEmbedding> references = new ArrayList<>(references("many", 3_000));
        references.addAll(references("more", 6_000));
        references.addAll(references("rare", 10));
        Collections.shuffle(references, random);
        try (Bank bank = MatrixBank.of("model", references)) {
            List<LabelledEmbedding> sample = bank.references(1_010);
            Map<String, Long> counts =
                    sample.stream().collect(Collectors.groupingBy(LabelledEmbedding::label, Collectors.counting()));

            assertThat(counts).isEqualTo(Map.of("many", 500L, "more", 500L, "rare", 10L));
            assertThat(sample)
                    .extracting(LabelledEmbedding::id)
                    .isSorted()
                    .filteredOn(id -> id.startsWith("many"))
                    .filteredOn(id -> id.compareTo("many-01500") < 0)
                    .hasSizeBetween(249, 251);
        }
    }

    @Test
    void rowsOfVariantsCountAndEveryLabelHasAReference() {
        List<LabelledEmbedding> references = new ArrayList<>(Rows.withVariants(random, references("a", 500)));
        references.addAll(Rows.withVariants(random, references("b", 1)));
        try (Bank bank = MatrixBank.of("model", references)) {
            for (int most : new int[] {12, 13, 100, 700}) {
                List<LabelledEmbedding> sample = bank.references(most);
                assertThat(rows(sample)).isBetween(most - 11, most);
                assertThat(sample).extracting(LabelledEmbedding::label).contains("a", "b");
            }
            assertThatThrownBy(() -> bank.references(11)).hasMessageContaining("too few for 2 labels");
        }
    }

    private List<LabelledEmbedding> references(String label, int count) {
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            references.add(new LabelledEmbedding("%s-%05d".formatted(label, i), label, Rows.random(random, 8)));
        }
        return references;
    }

    private static int rows(List<LabelledEmbedding> references) {
        return references.stream().mapToInt(each -> 1 + each.variants().size()).sum();
    }
}
