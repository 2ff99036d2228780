package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.Raster;
import io.bulwark.lab.picture.Noise;
import io.bulwark.lab.train.Augmentation.EverydayCrops;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EverydayCropsTest {

    private static final int SIDE = 40;

    private final Noise pictures = new Noise(6, SIDE);
    private final EverydayCrops everyday = new EverydayCrops(pictures, new int[] {0, 1, 2});
    private final Augmentation.Crop crop = new Augmentation.Crop(square(4), true);

    @Test
    void theSameChanceGivesTheSameVersionAndTheSquareIsLeftAlone() {
        byte[] untouched = crop.square().samples().clone();

        for (int seed = 0; seed < 30; seed++) {
            Augmentation.Crop once = everyday.of(crop, new SplittableRandom(seed));
            Augmentation.Crop again = everyday.of(crop, new SplittableRandom(seed));

            assertThat(again.square().samples()).isEqualTo(once.square().samples());
        }
        assertThat(crop.square().samples()).isEqualTo(untouched);
    }

    @Test
    void anotherChanceGivesAnotherVersion() {
        TreeSet<Integer> versions = new TreeSet<>();
        for (int seed = 0; seed < 60; seed++) {
            versions.add(Arrays.hashCode(
                    everyday.of(crop, new SplittableRandom(seed)).square().samples()));
        }
        assertThat(versions).hasSizeGreaterThan(25);
    }

    @Test
    void everyVersionFillsASquareOfTheSizeThatTheEncoderSees() {
        for (int seed = 0; seed < 60; seed++) {
            float[] pixels = new float[3 * 16 * 16];
            Arrays.fill(pixels, -1);

            everyday.of(crop, new SplittableRandom(seed)).write(16, pixels, 0);

            for (float pixel : pixels) {
                assertThat(pixel).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void whatIsMirroredInTrainingIsMirroredBeforeItIsChanged() {
        Augmentation.Crop plain = new Augmentation.Crop(square(4), false);
        byte[] mirrored = crop.upright().rgb();
        byte[] as = plain.upright().rgb();

        assertThat(Arrays.copyOfRange(mirrored, 0, 3))
                .isEqualTo(Arrays.copyOfRange(as, 3 * (SIDE - 1), 3 * SIDE))
                .isNotEqualTo(Arrays.copyOfRange(as, 0, 3));
    }

    private Raster square(int index) {
        byte[] pixels = new byte[3 * SIDE * SIDE];
        pictures.read(index, pixels);
        return new Raster(Raster.Mode.RGB, SIDE, SIDE, pixels, new byte[0], 1);
    }
}
