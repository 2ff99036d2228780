package io.bulwark.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.ThreatModel.Verification;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreatModelTest {

    private static final int LENGTH = 3 * 5 * 4;

    @Property(tries = 200)
    void aProjectedBatchIsWithinBallAndBox(
            @ForAll Norm norm, @ForAll @DoubleRange(min = 0, max = 2) double epsilon, @ForAll long seed) {
        ThreatModel threat = new ThreatModel(norm, epsilon);
        float[] clean = pixels(seed);
        float[] perturbed = displaced(clean, seed);

        projectAll(threat, clean, perturbed);

        assertThat(threat.verify(clean, perturbed, 2).holds()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(floats = {0.1f, 0.3f, 0.55f, 0.7f, 0.8f, 0.9f, 0.97f})
    void whereEachPixelIsRoundedTheSameWayThePerturbationIsStillWithinItsBall(float level) {
        ThreatModel threat = ThreatModel.l2(1);
        float[] clean = new float[3 * 96 * 96];
        Arrays.fill(clean, level);
        float[] perturbed = new float[clean.length];
        Arrays.fill(perturbed, level + 0.02f);

        threat.project(clean, perturbed, 0, clean.length);

        assertThat(threat.verify(clean, perturbed, 1).require().largest()).isCloseTo(1, within(1e-5));
    }

    @Property(tries = 200)
    void projectingTwiceIsProjectingOnce(@ForAll Norm norm, @ForAll long seed) {
        ThreatModel threat = new ThreatModel(norm, 0.25);
        float[] clean = pixels(seed);
        float[] once = displaced(clean, seed);
        projectAll(threat, clean, once);
        float[] twice = once.clone();

        projectAll(threat, clean, twice);

        assertThat(twice).usingComparatorWithPrecision(1e-6f).containsExactly(once);
    }

    @Property(tries = 200)
    void whatIsAllowedIsLeftAlone(@ForAll Norm norm, @ForAll long seed) {
        Random random = new Random(seed);
        float[] clean = pixels(seed);
        float[] perturbed = clean.clone();
        for (int i = 0; i < perturbed.length; i++) {
            perturbed[i] = Math.min(1, perturbed[i] + random.nextFloat() * 0.01f);
        }
        float[] before = perturbed.clone();

        projectAll(new ThreatModel(norm, 0.5), clean, perturbed);

        assertThat(perturbed).usingComparatorWithPrecision(1e-7f).containsExactly(before);
    }

    @Test
    void measuresTheLargestChangeAndTheEuclideanLength() {
        float[] clean = {0.5f, 0.5f, 0.5f, 0.2f};
        float[] perturbed = {0.8f, 0.1f, 0.5f, 0.2f};

        assertThat(ThreatModel.linf(1).verify(clean, perturbed, 2).sizes())
                .containsExactly(new double[] {0.4, 0}, within(1e-7));
        assertThat(ThreatModel.l2(1).verify(clean, perturbed, 2).largest()).isCloseTo(0.5, within(1e-7));
    }

    @Test
    void aPerturbationBeyondItsBoundIsRefusedWithWhatWasFound() {
        float[] clean = {0.5f, 0.5f};
        Verification verification = ThreatModel.linf(4 / 255.0).verify(clean, new float[] {0.5f, 0.6f}, 1);

        assertThat(verification.holds()).isFalse();
        assertThatThrownBy(verification::require)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("linf 4/255")
                .hasMessageContaining("largest 0.1");
    }

    @Test
    void valuesOutsideTheRangeOfPixelsAreRefusedHoweverSmallTheChange() {
        ThreatModel threat = ThreatModel.linf(0.1);

        assertThat(threat.verify(new float[] {0}, new float[] {-0.01f}, 1).holds())
                .isFalse();
        assertThat(threat.verify(new float[] {1}, new float[] {1.01f}, 1).holds())
                .isFalse();
    }

    @Test
    void notANumberIsWithinNoThreatModel() {
        for (Norm norm : Norm.values()) {
            ThreatModel threat = new ThreatModel(norm, 1e9);
            assertThat(threat.verify(new float[] {0.5f, 0.5f}, new float[] {Float.NaN, 0.5f}, 1)
                            .holds())
                    .isFalse();
        }
    }

    @Test
    void readsEpsilonAsPeopleWriteIt() {
        assertThat(ThreatModel.parseEpsilon("4/255")).isEqualTo(4 / 255.0);
        assertThat(ThreatModel.parseEpsilon(" 0.5 ")).isEqualTo(0.5);
        for (String wrong : new String[] {"", "four", "4/", "1/2/3", "-1", "1/0", "NaN"}) {
            assertThatThrownBy(() -> ThreatModel.parseEpsilon(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4/255");
        }
    }

    @Test
    void namesItselfInLevelsWhereThatIsExact() {
        assertThat(ThreatModel.linf(4 / 255.0)).hasToString("linf 4/255");
        assertThat(ThreatModel.linf(0.1)).hasToString("linf 0.1");
        assertThat(ThreatModel.l2(3)).hasToString("l2 3.0");
    }

    @Test
    void refusesABudgetThatIsNone() {
        assertThatThrownBy(() -> ThreatModel.linf(-1)).hasMessageContaining("epsilon is -1.0");
        assertThatThrownBy(() -> ThreatModel.l2(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Norm.labelled("l1")).hasMessageContaining("linf, l2");
    }

    private static void projectAll(ThreatModel threat, float[] clean, float[] perturbed) {
        threat.project(clean, perturbed, 0, LENGTH);
        threat.project(clean, perturbed, LENGTH, LENGTH);
    }

    private static float[] pixels(long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[2 * LENGTH];
        for (int i = 0; i < pixels.length; i++) {
            // Some at the very ends of the range.
            pixels[i] = Math.max(0, Math.min(1, random.nextFloat() * 1.4f - 0.2f));
        }
        return pixels;
    }

    private static float[] displaced(float[] clean, long seed) {
        Random random = new Random(~seed);
        float[] displaced = clean.clone();
        for (int i = 0; i < displaced.length; i++) {
            displaced[i] += (float) random.nextGaussian();
        }
        return displaced;
    }
}
