package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant.VariantChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VariantChoiceTest {

    private static final float[] OWN = Rows.onCircle(2, 0);

    @Test
    void theFarthestComesFirstAndWhatIsNearIsLeftOut() {
        List<ReferenceVariant> candidates =
                List.of(variant("near", 0.1), variant("far", 2), variant("beside-far", 1.95), variant("middle", 1));

        assertThat(new VariantChoice(0.95, 5).of(OWN, candidates))
                .extracting(ReferenceVariant::name)
                .containsExactly("far", "middle");
    }

    @Test
    void noMoreAreKeptThanAllowed() {
        List<ReferenceVariant> candidates = List.of(variant("a", 1), variant("b", 2), variant("c", 3));

        assertThat(new VariantChoice(1, 1).of(OWN, candidates))
                .extracting(ReferenceVariant::name)
                .containsExactly("c");
        assertThat(new VariantChoice(1, 0).of(OWN, candidates)).isEmpty();
    }

    @Test
    void ofEquallyFarOnesTheFirstIsTaken() {
        assertThat(new VariantChoice(1, 1).of(OWN, List.of(variant("b", 1), variant("a", 1))))
                .extracting(ReferenceVariant::name)
                .containsExactly("b");
    }

    @Property(tries = 200)
    void eachChoiceIsTheFarthestFromAllRowsThatAreThereAlready(
            @ForAll @IntRange(max = 1_000_000) int seed,
            @ForAll @IntRange(max = 12) int size,
            @ForAll @DoubleRange(min = -0.9, max = 1) double nearest,
            @ForAll @IntRange(max = LabelledEmbedding.MOST_VARIANTS) int most) {
        Random random = new Random(seed);
        float[] own = Rows.random(random, 6);
        List<ReferenceVariant> candidates = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            candidates.add(new ReferenceVariant("v" + i, Rows.atCosine(random, own, random.nextDouble(-1, 1))));
        }

        List<ReferenceVariant> chosen = new VariantChoice(nearest, most).of(own, candidates);

        assertThat(chosen).hasSizeLessThanOrEqualTo(most).doesNotHaveDuplicates();
        List<float[]> rows = new ArrayList<>(List.of(own));
        List<ReferenceVariant> left = new ArrayList<>(candidates);
        for (ReferenceVariant next : chosen) {
            assertThat(closest(next, rows)).isLessThan((float) nearest);
            assertThat(left)
                    .allSatisfy(other -> assertThat(closest(next, rows)).isLessThanOrEqualTo(closest(other, rows)));
            rows.add(next.embedding());
            left.remove(next);
        }
        if (chosen.size() < most) {
            assertThat(left)
                    .allSatisfy(
                            other -> assertThat((double) closest(other, rows)).isGreaterThanOrEqualTo(nearest));
        }
    }

    private static float closest(ReferenceVariant variant, List<float[]> rows) {
        float closest = -1;
        for (float[] row : rows) {
            closest = Math.max(closest, UnitRow.cosine(row, 0, variant.embedding()));
        }
        return closest;
    }

    @Test
    void numbersThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> new VariantChoice(1.1, 1)).hasMessageContaining("nearest is 1.1");
        assertThatThrownBy(() -> new VariantChoice(0.9, 6)).hasMessageContaining("most is 6");
        assertThatThrownBy(() -> new VariantChoice(0.9, -1)).hasMessageContaining("0 to 5");
    }

    private static ReferenceVariant variant(String name, double radians) {
        return new ReferenceVariant(name, Rows.onCircle(2, radians));
    }
}
