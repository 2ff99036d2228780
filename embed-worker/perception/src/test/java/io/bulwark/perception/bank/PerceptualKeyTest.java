package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class PerceptualKeyTest {

    private static final PerceptualKey KEY = new PerceptualKey(512);

    /** The expected bands were computed in Python from the class's description. */
    @Test
    void anEmbeddingHasOneKeyOnEveryMachine() {
        float[] ramp = new float[512];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (i * 37 % 101) - 50;
        }

        assertThat(KEY.of(ramp))
                .containsExactly(
                        "0:d1c1", "1:0766", "2:9787", "3:d27b", "4:39d6", "5:4604", "6:5ed0", "7:69f9", "8:64a1",
                        "9:81c0", "a:0f49", "b:a753", "c:9582", "d:cb78", "e:9fed", "f:573e");
    }

    @Property(tries = 200)
    void theLengthOfAnEmbeddingDoesNotMatter(@ForAll long seed, @ForAll @DoubleRange(min = -8, max = 8) double log2) {
        float[] row = Rows.random(new Random(seed), 512);
        float scale = (float) Math.scalb(1, (int) log2);
        float[] scaled = row.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= scale;
        }

        assertThat(KEY.of(scaled)).isEqualTo(KEY.of(row));
    }

    @Property(tries = 100)
    void everyBandOfAnOppositeDiffers(@ForAll long seed) {
        float[] row = Rows.random(new Random(seed), 512);
        float[] opposite = row.clone();
        for (int i = 0; i < opposite.length; i++) {
            opposite[i] = -opposite[i];
        }

        assertThat(shares(row, opposite)).isFalse();
    }

    @Test
    void nearDuplicatesShareABandAndStrangersSeldomDo() {
        assertThat(shareOfPairs(0.99)).isGreaterThanOrEqualTo(0.995);
        assertThat(shareOfPairs(0.98)).isGreaterThanOrEqualTo(0.99);
        assertThat(shareOfPairs(0.9)).isCloseTo(0.753, within(0.06));
        assertThat(shareOfPairs(0.5)).isCloseTo(0.024, within(0.02));
        assertThat(shareOfPairs(0)).isLessThan(0.005);
    }

    @Test
    void aKeyHasItsBandsInOrder() {
        List<String> key = KEY.of(Rows.random(new Random(1), 512));

        assertThat(key).hasSize(16).allMatch(band -> band.matches("[0-9a-f]:[0-9a-f]{4}"));
        assertThat(key).extracting(band -> band.charAt(0)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void anotherDimensionIsRefused() {
        assertThatThrownBy(() -> KEY.of(new float[511]))
                .hasMessageContaining("511")
                .hasMessageContaining("512");
    }

    private static double shareOfPairs(double cosine) {
        Random random = new Random(42);
        int shared = 0;
        int pairs = 1000;
        for (int i = 0; i < pairs; i++) {
            float[] row = Rows.random(random, 512);
            shared += shares(row, Rows.atCosine(random, row, cosine)) ? 1 : 0;
        }
        return (double) shared / pairs;
    }

    private static boolean shares(float[] a, float[] b) {
        Set<String> common = new HashSet<>(KEY.of(a));
        common.retainAll(KEY.of(b));
        return !common.isEmpty();
    }
}
