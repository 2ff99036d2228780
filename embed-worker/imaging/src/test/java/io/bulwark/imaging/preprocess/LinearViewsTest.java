package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LinearViewsTest {

    private static final int SIZE = 16;

    @Property(tries = 40)
    void derivativesOfSumsAreSumsOfDerivatives(
            @ForAll ViewPolicy policy,
            @ForAll Interpolation filter,
            @ForAll @IntRange(min = 3, max = 90) int width,
            @ForAll @IntRange(min = 3, max = 90) int height,
            @ForAll long seed) {
        LinearViews views = LinearViews.moderation(
                PreprocessSpec.unit(SIZE, filter),
                policy,
                ModerationOptions.standard(),
                decoded(width, height).frames().get(0));
        Random random = new Random(seed);
        float[] a = gaussian(random);
        float[] b = gaussian(random);
        float[] sum = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + 2 * b[i];
        }

        for (int view = 0; view < views.count(); view++) {
            float[] together = new float[3 * width * height];
            views.pullBack(view, sum, together);
            float[] apart = new float[together.length];
            views.pullBack(view, a, apart);
            views.pullBack(view, b, apart);
            views.pullBack(view, b, apart);

            assertThat(together).usingComparatorWithPrecision(1e-4f).containsExactly(apart);
        }
    }

    @Test
    void isTheTransposeOfThePreprocessingButForItsRoundings() {
        for (ViewPolicy policy : ViewPolicy.values()) {
            for (int[] size : new int[][] {{40, 30}, {16, 16}, {90, 20}, {9, 31}, {16, 64}}) {
                PreprocessSpec spec = PreprocessSpec.unit(SIZE, Interpolation.BICUBIC);
                List<View> views = Preprocessor.moderation(spec, policy).views(decoded(size[0], size[1]));

                Raster picture = decoded(size[0], size[1]).frames().get(0);
                holdsViews(
                        LinearViews.moderation(spec, policy, ModerationOptions.standard(), picture),
                        views,
                        size[0],
                        size[1],
                        0);
            }
        }
    }

    @Test
    void seesTheDetailsThatModerationSees() {
        PreprocessSpec spec = PreprocessSpec.unit(SIZE, Interpolation.BILINEAR);
        Decoded large = decoded(700, 650);
        List<View> views = Preprocessor.moderation(spec, ViewPolicy.COVER).views(large);

        assertThat(LinearViews.moderation(
                                spec,
                                ViewPolicy.COVER,
                                ModerationOptions.standard(),
                                large.frames().get(0))
                        .count())
                .isEqualTo(views.size())
                .isEqualTo(3);
    }

    @Test
    void followsMarginsAndPanelsToWhereTheyAre() {
        PreprocessSpec spec = PreprocessSpec.unit(SIZE, Interpolation.BILINEAR);
        int width = 90;
        int height = 60;
        byte[] rgb = new byte[3 * width * height];
        byte[] inner = decoded(50, 30).frames().get(0).samples();
        for (int y = 0; y < 30; y++) {
            System.arraycopy(inner, 3 * 50 * y, rgb, 3 * ((y + 20) * width + 31), 3 * 50);
        }
        Decoded framed = Decoded.still("png", new UprightPicture(width, height, rgb).raster());
        List<View> views = Preprocessor.moderation(spec, ViewPolicy.COVER).views(framed);

        assertThat(views.stream().map(View::name)).contains("content-1");
        holds(
                LinearViews.moderation(
                        spec,
                        ViewPolicy.COVER,
                        ModerationOptions.standard(),
                        framed.frames().get(0)),
                views,
                framed,
                0);
    }

    @Test
    void isTheTransposeOfTheOriginalsPreprocessingToo() {
        for (ResizeMode mode : ResizeMode.values()) {
            for (int[] size : new int[][] {{40, 30}, {16, 16}, {90, 20}, {9, 31}}) {
                for (PreprocessSpec spec : List.of(spec(mode, SIZE, SIZE), spec(mode, 12, 20))) {
                    List<View> views = Preprocessor.exact(spec).views(decoded(size[0], size[1]));

                    holdsViews(LinearViews.exact(spec, size[0], size[1]), views, size[0], size[1], spec.fill());
                }
            }
        }
    }

    /** What a pixel of a view pulls back is its row of the linear map: times the picture, it must give that pixel. */
    private static void holdsViews(LinearViews linear, List<View> views, int width, int height, int fill) {
        holds(linear, views, decoded(width, height), fill);
    }

    private static void holds(LinearViews linear, List<View> views, Decoded of, int fill) {
        int width = of.frames().get(0).width();
        int height = of.frames().get(0).height();
        float[] picture = new float[3 * width * height];
        byte[] rgb = of.frames().get(0).samples();
        for (int i = 0; i < rgb.length; i++) {
            picture[i % 3 * width * height + i / 3] = rgb[i] & 0xff;
        }
        assertThat(linear.count()).isEqualTo(views.size());
        for (int view = 0; view < views.size(); view++) {
            byte[] pixels = views.get(view).pixels();
            int area = pixels.length / 3;
            for (int i = 0; i < pixels.length; i++) {
                float[] one = new float[pixels.length];
                one[i % 3 * area + i / 3] = 1;
                float[] row = new float[picture.length];
                linear.pullBack(view, one, row);
                double value = dot(row, picture);
                int found = pixels[i] & 0xff;
                boolean padding = value == 0 && found == fill;
                // Two roundings: one between the passes, spread by the filter's negative lobes, and one at the end.
                assertThat(padding || Math.abs(Math.max(0, Math.min(255, value)) - found) < 2.5)
                        .as("view %d, sample %d: %s and %d", view, i, value, found)
                        .isTrue();
            }
        }
    }

    private static PreprocessSpec spec(ResizeMode mode, int height, int width) {
        int resizeTo = mode == ResizeMode.SHORTEST && height == width ? height + 4 : height;
        return new PreprocessSpec(
                height, width, resizeTo, mode, Interpolation.BICUBIC, true, 127, new float[] {0, 0, 0}, new float[] {
                    1, 1, 1
                });
    }

    /** Smooth, so that the filter's overshoot at hard edges does not hide what is compared. */
    private static Decoded decoded(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) Math.round(128 + 90 * Math.sin(x * 0.35 + i % 3) * Math.cos(y * 0.3 - i % 3));
        }
        return Decoded.still("png", new UprightPicture(width, height, rgb).raster());
    }

    private static float[] gaussian(Random random) {
        float[] values = new float[3 * SIZE * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }
}
