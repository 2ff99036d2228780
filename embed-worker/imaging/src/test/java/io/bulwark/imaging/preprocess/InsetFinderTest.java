package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.mask.WrittenPictures;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Further views of pictures within a picture. */
class InsetFinderTest {

    /** Of the tile that lies in each picture, from the left and from the top. */
    private static final List<Color> QUARTERS =
            List.of(Color.WHITE, new Color(255, 240, 200), new Color(200, 255, 240), new Color(240, 200, 255));

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(64, Interpolation.BICUBIC);

    private final ModerationPreprocessor looking =
            looking(SPEC, ModerationOptions.standard().withInsets(true));

    @Test
    void aPictureThatLiesTurnedOnAnotherIsSeenUpright() {
        List<View> views = looking.judged(still(25, 0.5));

        assertThat(views).extracting(View::name).contains("whole", "inset-1");
        byte[] inset = pixels(views, "inset-1");
        for (int i = 0; i < QUARTERS.size(); i++) {
            assertThat(colour(inset, i % 2 == 0 ? 8 : 56, i < 2 ? 8 : 56)).isEqualTo(QUARTERS.get(i));
        }
    }

    @Test
    void whatMarginsShowAlreadyIsNoFurtherView() {
        assertThat(looking.judged(still(0, 0.5)))
                .extracting(View::name)
                .anyMatch(name -> name.startsWith("content-") || name.startsWith("panel-"))
                .noneMatch(name -> name.startsWith("inset-"));
    }

    @Test
    void switchedOffThereIsNoneAndTheFingerprintIsAnother() {
        ModerationPreprocessor off = looking(SPEC, ModerationOptions.standard().withInsets(false));

        assertThat(off.judged(still(25, 0.5))).extracting(View::name).noneMatch(name -> name.startsWith("inset-"));
        assertThat(off.fingerprint()).isNotEqualTo(looking.fingerprint());
        assertThat(off.fingerprint())
                .isEqualTo(Preprocessor.moderation(SPEC, ViewPolicy.COVER).fingerprint());
    }

    @Test
    void aTwinOfAnotherInputSeesTheSameInsets() {
        Decoded picture = still(25, 0.5);
        List<String> names = looking.judged(picture).stream().map(View::name).toList();

        assertThat(looking(
                                PreprocessSpec.unit(32, Interpolation.BICUBIC),
                                ModerationOptions.standard().withInsets(true))
                        .judged(picture, names))
                .extracting(View::name)
                .isEqualTo(names);
    }

    @Test
    void derivativesOfALevelledViewGoBackToThePicture() {
        Decoded picture = still(25, 0.5);
        UprightPicture upright = UprightPicture.of(picture.frames().get(0));
        // Bilinear weights do not overshoot, so no byte is clipped.
        ModerationPreprocessor smooth = looking(
                PreprocessSpec.unit(64, Interpolation.BILINEAR),
                ModerationOptions.standard().withInsets(true));
        LinearViews linear = LinearViews.of(smooth, picture.frames().get(0));
        List<View> views = smooth.views(picture);
        int inset = views.stream().map(View::name).toList().indexOf("inset-1");
        int pixels = upright.width() * upright.height();

        assertThat(linear.count()).isEqualTo(views.size());
        for (int pixel = 0; pixel < 64 * 64; pixel += 97) {
            float[] one = new float[3 * 64 * 64];
            one[pixel] = 1;
            float[] row = new float[3 * pixels];
            linear.pullBack(inset, one, row);
            double value = 0;
            for (int i = 0; i < row.length; i++) {
                value += row[i] * (upright.rgb()[3 * (i % pixels) + i / pixels] & 0xff);
            }
            assertThat(value - (views.get(inset).pixels()[3 * pixel] & 0xff)).isBetween(-2.0, 2.0);
        }
    }

    private static ModerationPreprocessor looking(PreprocessSpec spec, ModerationOptions options) {
        return new ModerationPreprocessor(
                spec,
                ViewPolicy.COVER,
                options,
                SamplingKey.publicKey(),
                TextMask::bundled,
                () -> WrittenPictures.WHITE_INSETS);
    }

    /** A tile of four light colours in the middle of a dark ground. */
    private static Decoded still(int degrees, double share) {
        int side = 240;
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D on = image.createGraphics();
        on.setColor(new Color(60, 80, 110));
        on.fillRect(0, 0, side, side);
        on.rotate(Math.toRadians(degrees), side / 2.0, side / 2.0);
        double half = share * side / 2;
        for (int i = 0; i < QUARTERS.size(); i++) {
            on.setColor(QUARTERS.get(i));
            on.fill(new Rectangle2D.Double(
                    side / 2.0 - half + i % 2 * half, side / 2.0 - half + i / 2 * half, half, half));
        }
        on.dispose();
        return UprightPicture.of(image).still();
    }

    private static byte[] pixels(List<View> views, String name) {
        return views.stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pixels();
    }

    private static Color colour(byte[] rgb, int x, int y) {
        int at = 3 * (y * 64 + x);
        return new Color(rgb[at] & 0xff, rgb[at + 1] & 0xff, rgb[at + 2] & 0xff);
    }
}
