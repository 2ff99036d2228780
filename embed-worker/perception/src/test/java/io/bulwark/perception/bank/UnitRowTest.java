package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class UnitRowTest {

    @Property(tries = 100)
    void theCosineIsThatOfExactArithmetic(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int dimension) {
        Random random = new Random(seed);
        float[] a = Rows.random(random, dimension);
        float[] b = Rows.random(random, dimension);
        BigDecimal exact = BigDecimal.ZERO;
        for (int i = 0; i < dimension; i++) {
            exact = exact.add(new BigDecimal(a[i]).multiply(new BigDecimal(b[i])));
        }

        assertThat((double) UnitRow.cosine(a, 0, b)).isEqualTo(exact.doubleValue(), within(1e-7));
    }

    @Test
    void aCosineNeverLeavesItsRange() {
        float[] slightlyLong = {0.6001f, 0.8001f};
        float[] opposite = {-0.6001f, -0.8001f};

        assertThat(UnitRow.cosine(slightlyLong, 0, slightlyLong)).isEqualTo(1);
        assertThat(UnitRow.cosine(slightlyLong, 0, opposite)).isEqualTo(-1);
    }

    @Property(tries = 100)
    void aNormalisedRowHasLengthOne(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int dimension) {
        Random random = new Random(seed);
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = 1 + 1000 * random.nextFloat();
        }

        assertThat(UnitRow.length(UnitRow.normalised(row), 0, dimension)).isEqualTo(1, within(1e-6));
    }
}
