package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Resampler.Target;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplerTest {

    private final Resampler resampler = new Resampler();

    @Property(tries = 400)
    void fastResizeIsTheSlowOne(
            @ForAll @IntRange(min = 1, max = 90) int width,
            @ForAll @IntRange(min = 1, max = 90) int height,
            @ForAll @IntRange(min = 1, max = 60) int outWidth,
            @ForAll @IntRange(min = 1, max = 60) int outHeight,
            @ForAll @IntRange(min = 1, max = 4) int channels,
            @ForAll Interpolation filter,
            @ForAll long seed) {
        Raster raster = extreme(width, height, channels, seed);
        byte[] fast = resampler.resize(
                PixelRows.plain(raster), Area.of(width, height), Target.whole(outWidth, outHeight), filter);
        assertThat(fast)
                .isEqualTo(
                        SlowResampler.resize(raster.samples(), width, height, channels, outWidth, outHeight, filter));
    }

    @Property(tries = 200)
    void windowAndBoxAreCutsOfTheWhole(
            @ForAll @IntRange(min = 2, max = 60) int width,
            @ForAll @IntRange(min = 2, max = 60) int height,
            @ForAll @IntRange(min = 2, max = 50) int outWidth,
            @ForAll @IntRange(min = 2, max = 50) int outHeight,
            @ForAll Interpolation filter,
            @ForAll long seed) {
        Random random = new Random(seed);
        Raster raster = extreme(width, height, 3, seed);
        Area box = cut(random, width, height);
        Area window = cut(random, outWidth, outHeight);
        byte[] cropped = crop(raster.samples(), width, box);
        byte[] whole = SlowResampler.resize(cropped, box.width(), box.height(), 3, outWidth, outHeight, filter);
        byte[] part = resampler.resize(PixelRows.plain(raster), box, new Target(outWidth, outHeight, window), filter);
        assertThat(part).isEqualTo(crop(whole, outWidth, window));
    }

    @Property(tries = 200)
    void partsMadeTogetherAreThoseMadeAlone(
            @ForAll @IntRange(min = 2, max = 60) int width,
            @ForAll @IntRange(min = 2, max = 60) int height,
            @ForAll @IntRange(min = 1, max = 4) int channels,
            @ForAll @IntRange(min = 1, max = 5) int count,
            @ForAll Interpolation filter,
            @ForAll long seed) {
        Random random = new Random(seed);
        PixelRows picture = PixelRows.plain(extreme(width, height, channels, seed));
        List<Resampler.Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int outWidth = 1 + random.nextInt(40);
            int outHeight = 1 + random.nextInt(40);
            Target target = new Target(outWidth, outHeight, cut(random, outWidth, outHeight));
            parts.add(new Resampler.Part(cut(random, width, height), target));
        }
        List<byte[]> together = resampler.resize(picture, parts, filter);
        assertThat(together).hasSize(count);
        for (int i = 0; i < count; i++) {
            Resampler.Part part = parts.get(i);
            assertThat(together.get(i)).isEqualTo(resampler.resize(picture, part.box(), part.target(), filter));
        }
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void largeShrinkIsExactToo(Interpolation filter) {
        Raster raster = extreme(1201, 803, 3, 5);
        byte[] fast = resampler.resize(PixelRows.plain(raster), Area.of(1201, 803), Target.whole(224, 224), filter);
        assertThat(fast).isEqualTo(SlowResampler.resize(raster.samples(), 1201, 803, 3, 224, 224, filter));
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void sizeThatStaysLeavesSamplesAlone(Interpolation filter) {
        Raster raster = extreme(77, 131, 3, 2);
        byte[] out = resampler.resize(PixelRows.plain(raster), Area.of(77, 131), Target.whole(77, 131), filter);
        assertThat(out).isEqualTo(raster.samples());
    }

    @Test
    void overshootIsClippedAtBothEnds() {
        int[] within = enlargedEdge(20, 235);
        assertThat(IntStream.of(within).min().orElseThrow()).as("overshoot").isLessThan(20);
        assertThat(IntStream.of(within).max().orElseThrow()).as("overshoot").isGreaterThan(235);

        // Had it wrapped round, a sample beside the edge would be bright where all are dark, or dark where all are
        // bright.
        assertThat(enlargedEdge(0, 255)).isSorted().startsWith(0).endsWith(255);
    }

    /** A row of a picture whose left half is dark and whose right half is bright, enlarged. */
    private int[] enlargedEdge(int dark, int bright) {
        Raster edge = extreme(64, 64, 1, 1);
        for (int i = 0; i < edge.samples().length; i++) {
            edge.samples()[i] = (byte) (i % 64 < 32 ? dark : bright);
        }
        byte[] out =
                resampler.resize(PixelRows.plain(edge), Area.of(64, 64), Target.whole(100, 100), Interpolation.BICUBIC);
        return IntStream.range(0, 100).map(x -> out[5000 + x] & 0xff).toArray();
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void weightsOfEachOutputSumToOne(Interpolation filter) {
        for (int[] size : new int[][] {{1, 224}, {7, 224}, {223, 224}, {1920, 224}, {65535, 224}, {224, 1}}) {
            ResampleKernel kernel = ResampleKernel.of(filter, size[0], size[1], 0, size[1]);
            for (int i = 0; i < kernel.outputs(); i++) {
                long sum = 0;
                for (int k = 0; k < kernel.stride(); k++) {
                    sum += kernel.fixed()[i * kernel.stride() + k];
                }
                assertThat(sum / (double) (1 << ResampleKernel.PRECISION_BITS))
                        .isCloseTo(1.0, org.assertj.core.data.Offset.offset(kernel.stride() * 2e-7));
                assertThat(kernel.start()[i] + kernel.count()[i]).isLessThanOrEqualTo(size[0]);
            }
        }
    }

    /** Black and white noise, which overshoots most. */
    private static Raster extreme(int width, int height, int channels, long seed) {
        Random random = new Random(seed);
        byte[] samples = new byte[width * height * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextBoolean() ? 0 : 255);
        }
        Mode mode = switch (channels) {
            case 1 -> Mode.L;
            case 2 -> Mode.LA;
            case 3 -> Mode.RGB;
            default -> Mode.CMYK;
        };
        return new Raster(mode, width, height, samples, new byte[0], 1);
    }

    private static Area cut(Random random, int width, int height) {
        int w = 1 + random.nextInt(width);
        int h = 1 + random.nextInt(height);
        return new Area(random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h);
    }

    private static byte[] crop(byte[] samples, int width, Area box) {
        byte[] out = new byte[box.width() * box.height() * 3];
        for (int y = 0; y < box.height(); y++) {
            int from = ((box.y() + y) * width + box.x()) * 3;
            System.arraycopy(
                    Arrays.copyOfRange(samples, from, from + box.width() * 3),
                    0,
                    out,
                    y * box.width() * 3,
                    box.width() * 3);
        }
        return out;
    }
}
