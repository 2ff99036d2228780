package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.picture.Noise;
import io.bulwark.lab.picture.PictureSet;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {

    /** A picture whose red grows from left to right and whose green grows from top to bottom. */
    private static final class Slope implements PictureSet {

        @Override
        public int size() {
            return 1;
        }

        @Override
        public int side() {
            return 100;
        }

        @Override
        public String name(int index) {
            return "slope";
        }

        @Override
        public int label(int index) {
            return 0;
        }

        @Override
        public List<String> classes() {
            return List.of("slope");
        }

        @Override
        public void read(int index, byte[] pixels) {
            for (int y = 0; y < 100; y++) {
                for (int x = 0; x < 100; x++) {
                    pixels[(y * 100 + x) * 3] = (byte) (2 * x);
                    pixels[(y * 100 + x) * 3 + 1] = (byte) (2 * y);
                }
            }
        }

        @Override
        public String fingerprint() {
            return "slope";
        }

        @Override
        public void close() {}
    }

    @Test
    void theParentSeesTheSameSquareLarger() {
        Augmentation augmentation =
                new Augmentation(new Slope(), new Recipe.Batches(20, 80, 1, 1, 0), Recipe.Variation.MIRRORED);

        for (int seed = 0; seed < 20; seed++) {
            Augmentation.Crop crop = augmentation.crop(0, new SplittableRandom(seed));
            float[] small = new float[3 * 20 * 20];
            float[] large = new float[3 * 80 * 80];
            crop.write(20, small, 0);
            crop.write(80, large, 0);

            for (int channel = 0; channel < 3; channel++) {
                assertThat(mean(small, channel, 400))
                        .as("channel %d of seed %d", channel, seed)
                        .isCloseTo(mean(large, channel, 6400), within(1 / 255.0));
            }
            assertThat(Math.signum(small[19] - small[0]))
                    .as("mirrored alike")
                    .isEqualTo(Math.signum(large[79] - large[0]));
        }
    }

    @Test
    void aSquareIsNoSmallerThanWhatEitherSees() {
        Augmentation augmentation =
                new Augmentation(new Slope(), new Recipe.Batches(20, 80, 1, 1, 0), Recipe.Variation.MIRRORED);

        for (int seed = 0; seed < 50; seed++) {
            assertThat(augmentation.crop(0, new SplittableRandom(seed)).square().width())
                    .isBetween(80, 100);
        }
    }

    @Test
    void byAreaASquareIsSmallerThanTheInputAndKeepsItsAspectRatio() {
        Augmentation augmentation = new Augmentation(
                new Slope(), new Recipe.Batches(120, 120, 1, 1, 0), new Recipe.Variation(true, 0, 0.15));
        int smallest = 100;

        for (int seed = 0; seed < 200; seed++) {
            Augmentation.Crop crop = augmentation.crop(0, new SplittableRandom(seed));
            smallest = Math.min(smallest, crop.square().width());

            assertThat(crop.square().width())
                    .isBetween(38, 100)
                    .isEqualTo(crop.square().height());
            float[] seen = new float[3 * 120 * 120];
            crop.write(120, seen, 0);
            // Red and green grow by the same 2 a pixel of the picture, so both span the same in what is seen.
            float across = Math.abs(seen[119] - seen[0]);
            float down = Math.abs(seen[120 * 120 + 119 * 120] - seen[120 * 120]);
            assertThat(across).isCloseTo(down, within(3 / 255f));
        }
        assertThat(smallest).isLessThan(50);
    }

    @Test
    void picturesThatAreKeptTooSmallAreRefused() {
        assertThatThrownBy(() ->
                        new Augmentation(new Slope(), new Recipe.Batches(20, 101, 1, 1, 0), Recipe.Variation.MIRRORED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100 px")
                .hasMessageContaining("101");
    }

    @Test
    void withPaddingTheSquareReachesIntoBlackAndIsNoLargerThanThePicture() {
        Augmentation augmentation =
                new Augmentation(new Slope(), new Recipe.Batches(100, 100, 1, 1, 0), new Recipe.Variation(false, 3));
        boolean moved = false;

        for (int seed = 0; seed < 20; seed++) {
            float[] pixels = new float[3 * 100 * 100];
            augmentation.crop(0, new SplittableRandom(seed)).write(100, pixels, 0);
            // Red is 2x and green 2y at (x, y): the middle says where the square lies.
            int x = Math.round(pixels[50 * 100 + 50] * 255 / 2) - 50;
            int y = Math.round(pixels[100 * 100 + 50 * 100 + 50] * 255 / 2) - 50;
            moved |= x != 0 || y != 0;

            assertThat(x).isBetween(-3, 3);
            assertThat(y).isBetween(-3, 3);
            for (int column = 0; column < 100; column++) {
                float wanted = x + column < 0 || x + column >= 100 ? 0 : 2 * (x + column) / 255f;
                assertThat(pixels[50 * 100 + column])
                        .as("column %d of a square at %d", column, x)
                        .isCloseTo(wanted, within(1e-6f));
            }
        }
        assertThat(moved).isTrue();
    }

    @Test
    void nothingIsMirroredWhereThatIsNotWanted() {
        Augmentation augmentation =
                new Augmentation(new Slope(), new Recipe.Batches(50, 50, 1, 1, 0), new Recipe.Variation(false, 0));

        for (int seed = 0; seed < 20; seed++) {
            assertThat(augmentation.crop(0, new SplittableRandom(seed)).mirror())
                    .isFalse();
        }
    }

    private static double mean(float[] pixels, int channel, int area) {
        double sum = 0;
        for (int i = 0; i < area; i++) {
            sum += pixels[channel * area + i];
        }
        return sum / area;
    }

    @Test
    void whatIsLearntFromIsASquareOfThePictureAndNothingElse() {
        int side = 24;
        Noise noise = new Noise(1, side);
        byte[] pixels = new byte[side * side * 3];
        noise.read(0, pixels);
        float[] seen = new float[3 * side * side];

        new Augmentation(noise, new Recipe.Batches(side, side, 1, 1, 0), Recipe.Variation.MIRRORED)
                .crop(0, new SplittableRandom(1))
                .write(side, seen, 0);

        float[] same = new float[seen.length];
        float[] mirrored = new float[seen.length];
        for (int i = 0; i < side * side; i++) {
            int mirror = i / side * side + side - 1 - i % side;
            for (int c = 0; c < 3; c++) {
                same[c * side * side + i] = (pixels[3 * i + c] & 0xFF) / 255f;
                mirrored[c * side * side + i] = (pixels[3 * mirror + c] & 0xFF) / 255f;
            }
        }
        assertThat(Arrays.equals(seen, same) || Arrays.equals(seen, mirrored)).isTrue();
    }
}
