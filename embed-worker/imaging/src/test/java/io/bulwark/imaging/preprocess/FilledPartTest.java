package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.mask.WrittenPictures;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The further view of a picture that was cut to an ellipse. */
class FilledPartTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(64, Interpolation.BICUBIC);

    private final ModerationPreprocessor cover =
            new ModerationPreprocessor(SPEC, ViewPolicy.COVER, ModerationOptions.standard(), SamplingKey.publicKey());

    @ParameterizedTest
    @CsvSource({
        "0, 0, 320, 320, 0",
        "0, 0, 320, 240, 0",
        "60, 20, 200, 200, 0",
        "10, 100, 120, 200, 0",
        "0, 0, 320, 320, 6"
    })
    void aPictureThatWasCutToAnEllipseIsAlsoSeenWithItsCornersFilled(int x, int y, int width, int height, int noise) {
        UprightPicture whole = WrittenPictures.plain(320, 320);
        UprightPicture cut = outside(whole, ellipse(x, y, width, height), 0xf4f4f0, noise);
        byte[] box = view(cover.views(crop(whole, x, y, width, height).still()), "whole");

        List<View> views = cover.judged(cut.still());
        assertThat(views).extracting(View::name).contains("whole", "round");
        assertThat(distance(view(views, "round"), box))
                .isLessThan(0.25
                        * distance(
                                view(cover.views(crop(cut, x, y, width, height).still()), "whole"), box));
    }

    @Test
    void whatWasNotCutToAnEllipseHasNoFurtherView() {
        UprightPicture picture = WrittenPictures.plain(320, 320);

        assertThat(names(picture.still())).doesNotContain("round");
        assertThat(names(outside(
                                picture,
                                (px, py) -> Math.max(Math.abs(px - 160), Math.abs(py - 160)) < 120,
                                0xffffff,
                                0)
                        .still()))
                .as("a margin")
                .doesNotContain("round");
        assertThat(names(outside(picture, (px, py) -> Math.abs(px - 160) + Math.abs(py - 160) < 160, 0xffffff, 0)
                        .still()))
                .as("a square on its corner")
                .doesNotContain("round");
        assertThat(names(outside(picture, (px, py) -> py > 60 && Math.abs(px - 160) < 30 + py / 4, 0xffffff, 0)
                        .still()))
                .as("a dress on a white ground")
                .doesNotContain("round");
        assertThat(names(
                        outside(picture, ellipse(150, 150, 20, 20), 0xffffff, 0).still()))
                .as("a dot")
                .doesNotContain("round");
    }

    @Test
    void transparentCornersAreFilledWithColour() {
        UprightPicture picture = WrittenPictures.plain(320, 320);
        BiPredicate<Integer, Integer> inside = ellipse(0, 0, 320, 320);
        byte[] rgba = new byte[4 * 320 * 320];
        for (int i = 0; i < 320 * 320; i++) {
            System.arraycopy(picture.rgb(), 3 * i, rgba, 4 * i, 3);
            rgba[4 * i + 3] = (byte) (inside.test(i % 320, i / 320) ? 255 : 0);
        }
        List<View> views = cover.views(Decoded.still("png", new Raster(Mode.RGBA, 320, 320, rgba, new byte[0], 1)));

        assertThat(distance(view(views, "round/white"), view(cover.views(picture.still()), "whole")))
                .isLessThan(8);
    }

    @Test
    void derivativesOfTheViewGoBackToThePictureWithinTheEllipse() {
        UprightPicture cut = outside(WrittenPictures.plain(128, 128), ellipse(20, 10, 100, 90), 0xffffff, 0);
        LinearViews linear = LinearViews.of(cover, cut.raster());
        List<View> views = cover.views(cut.still());
        int round = views.stream().map(View::name).toList().indexOf("round");

        assertThat(linear.count()).isEqualTo(views.size());
        for (int pixel = 0; pixel < 64 * 64; pixel += 97) {
            float[] one = new float[3 * 64 * 64];
            one[pixel] = 1;
            float[] row = new float[3 * 128 * 128];
            linear.pullBack(round, one, row);
            double value = 0;
            for (int i = 0; i < row.length; i++) {
                value += row[i] * (cut.rgb()[i % (128 * 128) * 3 + i / (128 * 128)] & 0xff);
            }
            assertThat(value - (views.get(round).pixels()[3 * pixel] & 0xff)).isBetween(-3.5, 3.5);
        }
    }

    private static BiPredicate<Integer, Integer> ellipse(int x, int y, int width, int height) {
        return (px, py) -> {
            double across = (px + 0.5 - x - width / 2.0) / (width / 2.0);
            double down = (py + 0.5 - y - height / 2.0) / (height / 2.0);
            return across * across + down * down < 1;
        };
    }

    /** The picture on a ground of one colour with noise of some levels. */
    private static UprightPicture outside(
            UprightPicture picture, BiPredicate<Integer, Integer> inside, int colour, int noise) {
        Random random = new Random(1);
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length / 3; i++) {
            if (!inside.test(i % picture.width(), i / picture.width())) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * i + c] = (byte) ((colour >> 8 * (2 - c) & 0xff) - random.nextInt(noise + 1));
                }
            }
        }
        return new UprightPicture(picture.width(), picture.height(), rgb);
    }

    private static UprightPicture crop(UprightPicture picture, int x, int y, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int row = 0; row < height; row++) {
            System.arraycopy(picture.rgb(), 3 * ((y + row) * picture.width() + x), rgb, 3 * row * width, 3 * width);
        }
        return new UprightPicture(width, height, rgb);
    }

    private List<String> names(Decoded picture) {
        return cover.judged(picture).stream().map(View::name).toList();
    }

    private static byte[] view(List<View> views, String name) {
        return views.stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pixels();
    }

    private static double distance(byte[] one, byte[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
        }
        return sum / one.length;
    }
}
