package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import io.bulwark.lab.attack.upload.Downscaling.PointScaling;
import io.bulwark.lab.attack.upload.Downscaling.ViewScaling;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScalingAttackTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(48, Interpolation.BILINEAR);
    private static final UprightPicture SHOWN = waves(320, 240, 0.05);
    private static final UprightPicture HIDDEN = waves(48, 48, 0.12);

    @ParameterizedTest
    @EnumSource(PointScaling.Kernel.class)
    void who_takes_a_few_pixels_sees_the_hidden_picture_and_people_and_the_encoder_see_the_other(
            PointScaling.Kernel kernel) {
        ScalingAttack attack = new ScalingAttack(new PointScaling(kernel, 320, 240, 48, 48));
        UprightPicture upload = attack.hide(SHOWN, HIDDEN);

        assertThat(attack.error(upload, HIDDEN)).isLessThan(1);
        assertThat(ScalingAttack.distance(upload.resized(48, 48), SHOWN.resized(48, 48)))
                .isLessThan(0.6 * ScalingAttack.distance(upload.resized(48, 48), HIDDEN));
        Preprocessor views = Preprocessor.moderation(SPEC, ViewPolicy.COVER);
        assertThat(new ScalingDetector(SPEC, SamplingKey.publicKey())
                        .inspect(upload.still(), views.views(upload.still()))
                        .map(ScalingTrace::score)
                        .orElse(0.0))
                .isGreaterThan(0.16);
    }

    /** The encoder's filter weighs every pixel: what an attack shows to it, it shows to people too. */
    @Test
    void the_encoders_own_scaling_is_fooled_by_nothing_that_stays_unseen() {
        ViewScaling own = new ViewScaling(SPEC, 320, 240);
        double apart = ScalingAttack.distance(SHOWN.resized(48, 48), HIDDEN);
        UprightPicture free = new ScalingAttack(own).hide(SHOWN, HIDDEN);
        UprightPicture bounded = new ScalingAttack(own, 8, 60).hide(SHOWN, HIDDEN);

        assertThat(new ScalingAttack(own).error(free, HIDDEN)).isLessThan(0.2 * apart);
        assertThat(ScalingAttack.distance(free, SHOWN)).isGreaterThan(0.7 * apart);
        assertThat(new ScalingAttack(own).error(bounded, HIDDEN)).isGreaterThan(apart - 9);
    }

    @Test
    void the_change_is_no_larger_than_is_allowed() {
        ScalingAttack attack =
                new ScalingAttack(new PointScaling(PointScaling.Kernel.NEAREST, 320, 240, 48, 48), 5, 10);
        byte[] rgb = attack.hide(SHOWN, HIDDEN).rgb();
        for (int i = 0; i < rgb.length; i++) {
            assertThat(Math.abs((rgb[i] & 0xff) - (SHOWN.rgb()[i] & 0xff))).isLessThanOrEqualTo(5);
        }
        assertThatThrownBy(() -> attack.hide(HIDDEN, HIDDEN)).hasMessageContaining("48x48 of 320x240");
    }

    @ParameterizedTest
    @EnumSource(PointScaling.Kernel.class)
    void the_transpose_is_one(PointScaling.Kernel kernel) {
        PointScaling scaling = new PointScaling(kernel, 37, 29, 11, 7);
        Random random = new Random(1);
        float[] picture = new float[3 * 37 * 29];
        float[] seen = new float[3 * 11 * 7];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = random.nextFloat();
        }
        for (int i = 0; i < seen.length; i++) {
            seen[i] = random.nextFloat();
        }
        assertThat(dot(scaling.see(picture), seen)).isCloseTo(dot(picture, scaling.pullBack(seen)), within(1e-3));
    }

    @Test
    void an_even_picture_stays_even() {
        float[] picture = new float[3 * 37 * 29];
        java.util.Arrays.fill(picture, 77);
        for (PointScaling.Kernel kernel : PointScaling.Kernel.values()) {
            for (float level : new PointScaling(kernel, 37, 29, 11, 7).see(picture)) {
                assertThat(level).isCloseTo(77, within(1e-3f));
            }
        }
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static UprightPicture waves(int width, int height, double frequency) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) (127 + 100 * Math.sin(frequency * (x + (i % 3 + 1) * y)));
        }
        return new UprightPicture(width, height, rgb);
    }
}
