package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.mask.WrittenPictures;
import io.bulwark.imaging.preprocess.Cover.PlannedView;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.structure.Area;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Further looks at pictures within a picture. */
class InsetSearchTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(64, Interpolation.BICUBIC);
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final Shape BOX = new Rectangle2D.Double(180, 130, 100, 80);
    private static final Shape TURNED = AffineTransform.getRotateInstance(Math.toRadians(20), 160, 120)
            .createTransformedShape(new Rectangle2D.Double(95, 75, 130, 90));

    private final ModerationPreprocessor cover = looking(SPEC);

    @Test
    void anUprightOneIsLookedAtInThePicture() {
        List<PlannedView> looks = cover.looks(picture(BOX).raster(), true);

        assertThat(looks).extracting(PlannedView::name).contains("inset-1");
        // The mask by hand marks up to the edge, where a trained one leaves a gap.
        Area box = looks.stream()
                .filter(look -> look.name().equals("inset-1"))
                .findFirst()
                .orElseThrow()
                .box();
        assertThat(box.isAlike(new Area(180, 130, 100, 80), 65)).as("%s", box).isTrue();
    }

    @Test
    void aTurnedOneIsSeenUpright() {
        List<View> views = cover.judged(picture(TURNED).still());

        assertThat(views).extracting(View::name).contains("straightened-1").doesNotContain("straightened-2");
        assertThat(brightShare(view(views, "straightened-1"))).isGreaterThan(0.75);
        assertThat(brightShare(view(views, "whole"))).isLessThan(0.3);
    }

    @Test
    void aPictureWithoutInsetsAndASettingThatIsOffCostNothing() {
        Preprocessor off = Preprocessor.moderation(SPEC, ViewPolicy.COVER);
        Decoded picture = picture(TURNED).still();

        assertThat(names(cover, WrittenPictures.plain(WIDTH, HEIGHT).still()))
                .isEqualTo(names(off, WrittenPictures.plain(WIDTH, HEIGHT).still()));
        assertThat(names(off, picture)).noneMatch(name -> name.contains("inset") || name.contains("straightened"));
        assertThat(off.fingerprint()).isNotEqualTo(cover.fingerprint());
    }

    @Test
    void aTwinOfAnotherInputLooksAtTheSameInsets() {
        Decoded picture = picture(TURNED).still();
        List<String> names = names(cover, picture);

        assertThat(looking(PreprocessSpec.unit(32, Interpolation.BICUBIC)).judged(picture, names))
                .extracting(View::name)
                .isEqualTo(names);
    }

    @Test
    void insetsInATransparentPictureAreSeenOverBothGrounds() {
        UprightPicture opaque = picture(TURNED);
        byte[] rgba = new byte[4 * WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            System.arraycopy(opaque.rgb(), 3 * i, rgba, 4 * i, 3);
            rgba[4 * i + 3] = (byte) (i % WIDTH < 10 ? 0 : 255);
        }
        List<View> views =
                cover.views(Decoded.still("png", new Raster(Mode.RGBA, WIDTH, HEIGHT, rgba, new byte[0], 1)));

        assertThat(views).extracting(View::name).contains("straightened-1/white", "straightened-1/black");
    }

    @Test
    void derivativesOfAStraightenedViewGoBackToThePicture() {
        UprightPicture picture = picture(TURNED);
        LinearViews linear = LinearViews.of(cover, picture.raster());
        List<View> views = cover.views(picture.still());
        int straightened = views.stream().map(View::name).toList().indexOf("straightened-1");
        float[] levels = new float[3 * WIDTH * HEIGHT];
        for (int i = 0; i < levels.length; i++) {
            levels[i % 3 * WIDTH * HEIGHT + i / 3] = picture.rgb()[i] & 0xff;
        }

        assertThat(linear.count()).isEqualTo(views.size());
        for (int pixel = 0; pixel < 64 * 64; pixel += 411) {
            float[] one = new float[3 * 64 * 64];
            one[pixel] = 1;
            float[] row = new float[levels.length];
            linear.pullBack(straightened, one, row);
            double value = 0;
            for (int i = 0; i < row.length; i++) {
                value += row[i] * levels[i];
            }
            assertThat(value - (views.get(straightened).pixels()[3 * pixel] & 0xff))
                    .isBetween(-3.5, 3.5);
        }
    }

    /** Of a mask that takes what is nearly white for an inset. */
    private static ModerationPreprocessor looking(PreprocessSpec spec) {
        return new ModerationPreprocessor(
                spec,
                ViewPolicy.COVER,
                ModerationOptions.standard().withInsets(true),
                SamplingKey.publicKey(),
                TextMask::bundled,
                () -> WrittenPictures.WHITE_INSETS);
    }

    /** A bright part with stripes on noise, which has neither gutters nor lines. */
    private static UprightPicture picture(Shape bright) {
        byte[] rgb = WrittenPictures.plain(WIDTH, HEIGHT).rgb().clone();
        SplittableRandom noise = new SplittableRandom(1);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH;
            for (int channel = 0; channel < 3; channel++) {
                int level = bright.contains(x, y)
                        ? 235 + 10 * (x / 16 % 2)
                        : (rgb[3 * i + channel] & 0xff) / 2 + noise.nextInt(90);
                rgb[3 * i + channel] = (byte) level;
            }
        }
        return new UprightPicture(WIDTH, HEIGHT, rgb);
    }

    private static double brightShare(byte[] pixels) {
        int bright = 0;
        for (byte level : pixels) {
            bright += (level & 0xff) > 200 ? 1 : 0;
        }
        return (double) bright / pixels.length;
    }

    private static byte[] view(List<View> views, String name) {
        return views.stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pixels();
    }

    private static List<String> names(Preprocessor preprocessor, Decoded picture) {
        return preprocessor.judged(picture).stream().map(View::name).toList();
    }
}
