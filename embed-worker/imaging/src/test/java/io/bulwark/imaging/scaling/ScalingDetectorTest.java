package io.bulwark.imaging.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalingDetectorTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(64, Interpolation.BILINEAR);
    private static final int WIDTH = 400;
    private static final int HEIGHT = 300;

    private final ScalingDetector detector = new ScalingDetector(SPEC, SamplingKey.publicKey());

    /** Of the size that the encoder sees, of a thumbnail, and of an arbitrary size. */
    @ParameterizedTest
    @CsvSource({"64,64", "128,96", "113,85"})
    void what_hides_at_the_pixels_that_nearest_neighbour_takes_is_found_with_its_size(int width, int height) {
        ScalingTrace trace = inspect(still(hiding(noisy(1), width, height), 1)).orElseThrow();

        assertThat(trace.score()).isGreaterThan(0.6);
        assertThat(trace.width()).isBetween(width - 2, width + 2);
        assertThat(trace.height()).isBetween(height - 2, height + 2);
        assertThat(trace.view()).isEqualTo("whole");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_picture_that_is_stored_turned_is_compared_as_it_is_stored(int orientation) {
        ScalingTrace trace =
                inspect(still(hiding(noisy(1), 113, 85), orientation)).orElseThrow();

        assertThat(trace.score()).isGreaterThan(0.6);
    }

    @Test
    void a_picture_as_it_is_has_no_score_to_speak_of() {
        assertThat(score(still(noisy(1), 1))).isLessThan(0.1);
    }

    /** Peaks at a spacing, but what stands there is what stands elsewhere. */
    @Test
    void enlarged_pixel_art_shows_the_same_at_every_spacing() {
        byte[] small = noisy(1);
        byte[] rgb = new byte[small.length];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                System.arraycopy(small, (y / 4 * WIDTH + x / 4) * 3, rgb, (y * WIDTH + x) * 3, 3);
            }
        }
        assertThat(score(still(rgb, 1))).isLessThan(0.3);
    }

    @Test
    void what_is_hardly_scaled_is_not_looked_at() {
        byte[] rgb = new byte[3 * 127 * 127];
        new Random(1).nextBytes(rgb);
        Raster raster = new Raster(Mode.RGB, 127, 127, rgb, new byte[0], 1);

        assertThat(inspect(Decoded.still("png", raster))).isEmpty();
    }

    @Test
    void a_plain_picture_leaves_nothing_to_compare() {
        assertThat(inspect(still(new byte[3 * WIDTH * HEIGHT], 1))).isEmpty();
    }

    @Test
    void gray_pictures_and_seen_through_ones_are_compared_too() {
        byte[] rgb = hiding(noisy(1), 113, 85);
        byte[] gray = new byte[WIDTH * HEIGHT];
        byte[] rgba = new byte[4 * gray.length];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = rgb[3 * i + 1];
            System.arraycopy(rgb, 3 * i, rgba, 4 * i, 3);
            rgba[4 * i + 3] = (byte) (i == 0 ? 254 : 255);
        }
        assertThat(score(Decoded.still("png", new Raster(Mode.L, WIDTH, HEIGHT, gray, new byte[0], 1))))
                .isGreaterThan(0.5);
        ScalingTrace seenThrough = inspect(
                        Decoded.still("png", new Raster(Mode.RGBA, WIDTH, HEIGHT, rgba, new byte[0], 1)))
                .orElseThrow();
        assertThat(seenThrough.score()).isGreaterThan(0.6);
        assertThat(seenThrough.view()).isEqualTo("whole/white");
    }

    private double score(Decoded picture) {
        return inspect(picture).map(ScalingTrace::score).orElse(0.0);
    }

    private Optional<ScalingTrace> inspect(Decoded picture) {
        return detector.inspect(
                picture, Preprocessor.moderation(SPEC, ViewPolicy.COVER).views(picture));
    }

    private static Decoded still(byte[] rgb, int orientation) {
        return Decoded.still("jpeg", new Raster(Mode.RGB, WIDTH, HEIGHT, rgb, new byte[0], orientation));
    }

    /** Smooth colours with noise, as photographs are. */
    private static byte[] noisy(long seed) {
        Random random = new Random(seed);
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % WIDTH;
            int y = i / 3 / WIDTH;
            rgb[i] = (byte) (110 + 60 * Math.sin(x * 0.02 + y * 0.03 + i % 3) + random.nextInt(20));
        }
        return rgb;
    }

    /** Another picture, a chessboard of 30 fields, at the pixels that are taken for a size. */
    private static byte[] hiding(byte[] rgb, int width, int height) {
        byte[] changed = rgb.clone();
        for (int j = 0; j < height; j++) {
            for (int i = 0; i < width; i++) {
                int at = 3 * ((int) ((j + 0.5) * HEIGHT / height) * WIDTH + (int) ((i + 0.5) * WIDTH / width));
                boolean light = (6 * i / width + 5 * j / height) % 2 == 0;
                Arrays.fill(changed, at, at + 3, (byte) (light ? 250 : 10));
            }
        }
        return changed;
    }
}
