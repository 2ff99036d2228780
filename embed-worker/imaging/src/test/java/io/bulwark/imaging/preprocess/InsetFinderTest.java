package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.mask.WrittenPictures;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Rectangles;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Further views of pictures within a picture. */
class InsetFinderTest {

    /** Of the tile that lies in each picture, from the left and from the top. */
    private static final List<Color> QUARTERS =
            List.of(Color.WHITE, new Color(255, 240, 200), new Color(200, 255, 240), new Color(240, 200, 255));

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(64, Interpolation.BICUBIC);

    private final ModerationPreprocessor looking =
            looking(SPEC, ModerationOptions.standard().withInsets(true, true));

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

    /** One of four has a view; the search for insets must not take the others for shown. */
    @Test
    void panelsForWhichThereIsNoRoomAreInsets() {
        ModerationOptions two = new ModerationOptions(false, false, 2, 2, true, 0, 2, false, false, false, false);
        Decoded four = picture(480, on -> {
                    for (int i = 0; i < 4; i++) {
                        on.setColor(QUARTERS.get(i));
                        on.fillRect(55 + i % 2 * 220, 55 + i / 2 * 220, 150, 150);
                    }
                })
                .still();

        List<View> without = looking(SPEC, two).judged(four);
        List<View> views = looking(SPEC, two.withInsets(true, true)).judged(four);

        assertThat(without).extracting(View::name).contains("coarse-panel-1").doesNotContain("coarse-panel-2");
        assertThat(views)
                .extracting(View::name)
                .contains("inset-1", "inset-2", "inset-3")
                .doesNotContain("inset-4");
    }

    /** The mask gives the largest four, which are panels with views. */
    @Test
    void largerPicturesThatArePanelsPushNoTurnedOneOut() {
        List<View> views = looking.views(picture(600, on -> {
                    for (int i = 0; i < 4; i++) {
                        on.setColor(QUARTERS.get(i));
                        on.fillRect(30 + i % 2 * 290, 30 + i / 2 * 370, 250, 170);
                    }
                    tile(on, 300, 300, 110, 90, 25);
                })
                .still());

        assertThat(views).extracting(View::name).contains("panel-4", "inset-1").doesNotContain("inset-2");
        byte[] inset = pixels(views, "inset-1");
        for (int i = 0; i < QUARTERS.size(); i++) {
            assertThat(colour(inset, i % 2 == 0 ? 16 : 48, i < 2 ? 16 : 48)).isEqualTo(QUARTERS.get(i));
        }
    }

    @Test
    void whereMorePicturesLieOnAnotherThanAreLookedAtAllLooksSayThatOthersAreLeft() {
        assertThat(looking.views(turned(4)))
                .extracting(View::name)
                .contains("inset-1", "inset-2", "inset-3", "inset-4")
                .noneMatch(View::isCoarse);
        assertThat(looking.views(turned(5)))
                .extracting(View::name)
                .contains("coarse-inset-1", "coarse-inset-2", "coarse-inset-3", "coarse-inset-4")
                .doesNotContain("inset-1", "coarse-inset-5");
    }

    private static Decoded turned(int tiles) {
        return picture(600, on -> {
                    for (int i = 0; i < tiles; i++) {
                        tile(on, 110 + i % 3 * 190, 150 + i / 3 * 250, 110, 90, 25);
                    }
                })
                .still();
    }

    /** Where all rectangles that were asked about are plain, no look is left to say that others were not looked at. */
    @Test
    void whereStraightEdgesAreTooManyToAskAboutTheWholeSaysSo() {
        InsetFinder.Insets insets = new InsetFinder.Insets(List.of(), 300, 200);

        assertThat(insets.looks(SPEC)).isEmpty();
        insets.add(new Rectangles(List.of(), true));
        assertThat(insets.looks(SPEC)).singleElement().satisfies(look -> {
            assertThat(look.name()).isEqualTo("coarse-inset-1");
            assertThat(look.box()).isEqualTo(Area.of(300, 200));
        });
    }

    /** Over white, over black and without alpha the same two are found. */
    @Test
    void aTurnedPictureThatSeveralGroundsShowIsOneLook() {
        UprightPicture two = picture(240, on -> {
            tile(on, 70, 120, 80, 60, 25);
            tile(on, 175, 120, 70, 60, -30);
        });
        byte[] rgba = new byte[4 * 240 * 240];
        for (int i = 0; i < 240 * 240; i++) {
            System.arraycopy(two.rgb(), 3 * i, rgba, 4 * i, 3);
            // The lower edge is seen through and hides the ground's colour.
            rgba[4 * i + 3] = (byte) (i < 230 * 240 ? 255 : 0);
        }
        Decoded translucent = Decoded.still("png", new Raster(Mode.RGBA, 240, 240, rgba, new byte[0], 1));

        assertThat(looking.views(translucent))
                .extracting(View::name)
                .contains("inset-1/white", "inset-1/black", "inset-2/white", "inset-2/black")
                .noneMatch(name -> name.startsWith("inset-3"));
    }

    /** The part is made at the size at which the narrow side is seen: 23 times the input's pixels, without a limit. */
    @Test
    void aThinTurnedStripIsMadeInAFewTimesTheMemoryOfAnInput() {
        UprightPicture strip = picture(960, on -> tile(on, 480, 480, 1150, 150, 45));

        assertThat(looking.looks(strip.raster(), true))
                .filteredOn(look -> look.name().startsWith("inset-"))
                .isNotEmpty()
                .allSatisfy(look -> assertThat(look.target().window().size())
                        .isLessThanOrEqualTo(8L * SPEC.width() * SPEC.height()));
    }

    @Test
    void switchedOffThereIsNoneAndTheFingerprintIsAnother() {
        ModerationPreprocessor off = looking(SPEC, ModerationOptions.standard().withInsets(false, false));

        assertThat(off.judged(still(25, 0.5))).extracting(View::name).noneMatch(name -> name.startsWith("inset-"));
        assertThat(off.fingerprint()).isNotEqualTo(looking.fingerprint());
        assertThat(off.fingerprint())
                .isEqualTo(Preprocessor.moderation(SPEC, ViewPolicy.COVER).fingerprint());
    }

    /** In an animation there is no room for them. */
    @Test
    void aPictureThatLiesOnAnotherIsFoundInAStillByItsEdges() {
        Decoded still = onAnother().still();
        ModerationPreprocessor byEdges =
                looking(SPEC, ModerationOptions.standard().withInsets(true, false));

        assertThat(byEdges.judged(still)).extracting(View::name).contains("inset-1");
        assertThat(looking(SPEC, ModerationOptions.standard().withInsets(false, false))
                        .judged(still))
                .extracting(View::name)
                .noneMatch(name -> name.startsWith("inset-"));
        assertThat(byEdges.looks(onAnother().raster(), false))
                .noneMatch(look -> look.name().startsWith("inset-"));
    }

    /** Ripples of one colour, and within them others of another that lie askew to them. */
    private static UprightPicture onAnother() {
        return picture(240, on -> {
            for (int y = 0; y < 240; y++) {
                for (int x = 0; x < 240; x++) {
                    boolean inside = x >= 70 && x < 160 && y >= 90 && y < 170;
                    double wave = inside ? Math.sin(x / 17.0 - y / 23.0) : Math.sin(x / 29.0 + y / 19.0);
                    int level = (int) (120 + 60 * wave);
                    on.setColor(inside ? new Color(level, 80, 160) : new Color(80, level, 60));
                    on.fillRect(x, y, 1, 1);
                }
            }
        });
    }

    @Test
    void aTwinOfAnotherInputSeesTheSameInsets() {
        Decoded picture = still(25, 0.5);
        List<String> names = looking.judged(picture).stream().map(View::name).toList();

        assertThat(looking(
                                PreprocessSpec.unit(32, Interpolation.BICUBIC),
                                ModerationOptions.standard().withInsets(true, true))
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
                ModerationOptions.standard().withInsets(true, true));
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
        return picture(side, on -> tile(on, side / 2.0, side / 2.0, share * side, share * side, degrees))
                .still();
    }

    private static UprightPicture picture(int side, Consumer<Graphics2D> draw) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D on = image.createGraphics();
        on.setColor(new Color(60, 80, 110));
        on.fillRect(0, 0, side, side);
        draw.accept(on);
        on.dispose();
        return UprightPicture.of(image);
    }

    private static void tile(Graphics2D on, double x, double y, double width, double height, int degrees) {
        AffineTransform before = on.getTransform();
        on.rotate(Math.toRadians(degrees), x, y);
        for (int i = 0; i < QUARTERS.size(); i++) {
            on.setColor(QUARTERS.get(i));
            on.fill(new Rectangle2D.Double(
                    x + (i % 2 - 1) * width / 2, y + (i / 2 - 1) * height / 2, width / 2, height / 2));
        }
        on.setTransform(before);
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
