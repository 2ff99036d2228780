package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class EightBitsTest {

    @Property(tries = 200)
    void whatIsUploadedIsWithinTheThreatModel(
            @ForAll Norm norm, @ForAll @DoubleRange(min = 0, max = 0.6) double epsilon, @ForAll long seed) {
        ThreatModel threat = new ThreatModel(norm, epsilon);
        UprightPicture clean = noise(seed);

        UprightPicture rounded = new EightBits(threat, clean).round(displaced(clean, 0.3, seed));

        assertThat(threat.verify(EightBits.planes(clean), EightBits.planes(rounded), 1)
                        .holds())
                .isTrue();
    }

    @Property(tries = 100)
    void roundingIsToTheNearestLevelWhereTheBudgetAllowsIt(@ForAll Norm norm, @ForAll long seed) {
        UprightPicture clean = noise(seed);
        float[] pixels = displaced(clean, 0.05, seed);

        float[] rounded = EightBits.planes(new EightBits(new ThreatModel(norm, 100), clean).round(pixels));

        for (int i = 0; i < pixels.length; i++) {
            float inRange = Math.max(0, Math.min(1, pixels[i]));
            assertThat(Math.abs(rounded[i] - inRange)).isLessThanOrEqualTo(0.5f / 255 + 1e-6f);
        }
    }

    @Property(tries = 50)
    void roundingTwiceIsRoundingOnce(@ForAll Norm norm, @ForAll long seed) {
        UprightPicture clean = noise(seed);
        EightBits bits = new EightBits(new ThreatModel(norm, 0.02), clean);

        UprightPicture once = bits.round(displaced(clean, 0.02, seed));

        assertThat(bits.round(EightBits.planes(once)).rgb()).isEqualTo(once.rgb());
    }

    @Test
    void lessThanOneLevelIsNoPerturbation() {
        UprightPicture clean = noise(4);

        UprightPicture rounded = new EightBits(ThreatModel.linf(0.9 / 255), clean).round(displaced(clean, 1, 4));

        assertThat(rounded.rgb()).isEqualTo(clean.rgb());
    }

    @Test
    void aLongPerturbationKeepsItsDirectionAndNearlyItsLength() {
        UprightPicture clean = new UprightPicture(20, 20, new byte[1200]);
        float[] pixels = new float[1200];
        for (int i = 0; i < 600; i++) {
            pixels[i] = 0.1f;
        }

        float[] rounded = EightBits.planes(new EightBits(ThreatModel.l2(1), clean).round(pixels));

        assertThat(Norm.L2.of(rounded, 0, 1200)).isBetween(0.9, 1.0);
        assertThat(rounded[0]).isPositive().isEqualTo(rounded[599]);
        assertThat(rounded[600]).isZero();
    }

    private static UprightPicture noise(long seed) {
        byte[] rgb = new byte[7 * 5 * 3];
        new Random(seed).nextBytes(rgb);
        return new UprightPicture(7, 5, rgb);
    }

    private static float[] displaced(UprightPicture picture, double size, long seed) {
        Random random = new Random(~seed);
        float[] pixels = EightBits.planes(picture);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] += (float) (random.nextGaussian() * size);
        }
        return pixels;
    }
}
