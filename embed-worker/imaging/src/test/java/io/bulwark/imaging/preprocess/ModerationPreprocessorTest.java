package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Cover.PlannedView;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModerationPreprocessorTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(32, Interpolation.BICUBIC);

    private final Preprocessor squash = Preprocessor.moderation(SPEC, ViewPolicy.SQUASH);
    private final Preprocessor cover = Preprocessor.moderation(
            SPEC, ViewPolicy.COVER, ModerationOptions.standard().withText(false));

    @Test
    void opaquePictureIsSeenOnceUnderSquash() {
        assertThat(names(squash.views(GoldenPictures.decode("photo_rgb.png")))).containsExactly("whole");
    }

    @Test
    void squashIsTheExactResizeOfAnUprightRgbPicture() {
        PreprocessSpec spec = new PreprocessSpec(
                32, 32, 32, PreprocessSpec.ResizeMode.SQUASH, Interpolation.BICUBIC, false, 0, SPEC.mean(), SPEC.std());
        Decoded picture = GoldenPictures.decode("photo_420.jpg");
        assertThat(squash.views(picture).get(0).pixels())
                .isEqualTo(Preprocessor.exact(spec).views(picture).get(0).pixels());
    }

    @Test
    void centreCropIsTheExactPreprocessingOfAnUprightRgbPicture() {
        PreprocessSpec dino = new PreprocessSpec(
                32,
                32,
                40,
                PreprocessSpec.ResizeMode.SHORTEST,
                Interpolation.BICUBIC,
                true,
                0,
                SPEC.mean(),
                SPEC.std());
        Decoded picture = GoldenPictures.decode("wide_1000x40.png");
        List<View> views = Preprocessor.moderation(dino, ViewPolicy.CENTER_CROP).views(picture);
        assertThat(names(views)).containsExactly("centre");
        assertThat(views.get(0).pixels())
                .isEqualTo(Preprocessor.exact(dino).views(picture).get(0).pixels());
    }

    @Test
    void widePictureIsCoveredByTiles() {
        assertThat(names(cover.views(GoldenPictures.decode("photo_rgb.png")))).containsExactly("whole", "middle");
        assertThat(names(cover.views(still(rgb(160, 90, 1))))).containsExactly("whole", "tile-1", "tile-2");
        assertThat(cover.views(GoldenPictures.decode("wide_1000x40.png"))).hasSize(13);
    }

    @Test
    void onePixelFillsTheView() {
        Raster pixel = new Raster(Mode.RGB, 1, 1, new byte[] {9, 8, 7}, new byte[0], 1);
        byte[] view = cover.views(still(pixel)).get(0).pixels();
        for (int i = 0; i < view.length; i += 3) {
            assertThat(new byte[] {view[i], view[i + 1], view[i + 2]}).containsExactly(9, 8, 7);
        }
    }

    @Test
    void transparencyIsSeenOverWhiteAndOverBlackAndWithoutItsAlpha() {
        byte[] samples = new byte[40 * 40 * 4];
        for (int i = 0; i < 40 * 40; i++) {
            samples[4 * i] = (byte) 200;
            samples[4 * i + 3] = (byte) (i % 40 < 20 ? 255 : 0);
        }
        List<View> views = squash.views(still(new Raster(Mode.RGBA, 40, 40, samples, new byte[0], 1)));
        assertThat(names(views)).containsExactly("whole/white", "whole/black", "whole/opaque");
        assertThat(pixel(views.get(2), 30, 16)).containsExactly(200, 0, 0);
        assertThat(pixel(views.get(0), 2, 16)).containsExactly(200, 0, 0);
        assertThat(pixel(views.get(0), 30, 16)).containsExactly(255, 255, 255);
        assertThat(pixel(views.get(1), 2, 16)).containsExactly(200, 0, 0);
        assertThat(pixel(views.get(1), 30, 16)).containsExactly(0, 0, 0);
    }

    @Test
    void detailsOfAPictureUnderLowAlphaAreDrawnThoughTheyLookPlainThroughIt() {
        byte[] samples = noise(1000, 800);
        for (int i = 3; i < samples.length; i += 4) {
            samples[i] = 5;
        }
        Raster faint = new Raster(Mode.RGBA, 1000, 800, samples, new byte[0], 1);

        assertThat(names(cover.views(still(faint))).stream().filter(name -> name.matches("detail-./opaque")))
                .hasSize(2);
    }

    @Test
    void aSquareThatAloneIsOpaqueDoesNotTakeTheDetailsFromWhatAlphaHidesAroundIt() {
        byte[] samples = noise(1600, 1400);
        for (int y = 0; y < 1400; y++) {
            for (int x = 0; x < 1600; x++) {
                boolean inside = x >= 450 && x < 1150 && y >= 350 && y < 1050;
                samples[(y * 1600 + x) * 4 + 3] = (byte) (inside ? 255 : 0);
            }
        }
        List<PlannedView> looks = new ModerationPreprocessor(
                        SPEC, ViewPolicy.COVER, ModerationOptions.standard(), SamplingKey.publicKey())
                .looks(new Raster(Mode.RGBA, 1600, 1400, samples, new byte[0], 1), true);

        assertThat(looks.stream().filter(look -> look.name().startsWith("detail-")))
                .hasSize(2)
                .allMatch(look -> look.box().width() == 640);
    }

    @Test
    void whatAlphaHidesChangesTheDraw() {
        java.util.Set<List<String>> draws = new java.util.HashSet<>();
        for (int seed = 0; seed < 6; seed++) {
            byte[] samples = noise(1000, 800);
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (byte) (i % 4 == 3 ? 0 : samples[i] + 40 * seed);
            }
            draws.add(names(cover.views(still(new Raster(Mode.RGBA, 1000, 800, samples, new byte[0], 1)))));
        }
        assertThat(draws).hasSizeGreaterThan(1);
    }

    /** Gray blotches of 40 pixels. */
    private static byte[] noise(int width, int height) {
        java.util.Random random = new java.util.Random(4);
        byte[] blotches = new byte[2000];
        random.nextBytes(blotches);
        byte[] samples = new byte[width * height * 4];
        for (int i = 0; i < samples.length; i++) {
            int x = i / 4 % width;
            int y = i / 4 / width;
            samples[i] = i % 4 == 3 ? (byte) 255 : blotches[x / 40 + y / 40 * 50];
        }
        return samples;
    }

    @Test
    void halfTransparencyIsMixedOnce() {
        byte[] samples = new byte[32 * 32 * 4];
        for (int i = 0; i < samples.length; i += 4) {
            samples[i] = (byte) 100;
            samples[i + 3] = (byte) 128;
        }
        List<View> views = squash.views(still(new Raster(Mode.RGBA, 32, 32, samples, new byte[0], 1)));
        assertThat(pixel(views.get(0), 5, 5)).containsExactly(50 + 127, 127, 127);
        assertThat(pixel(views.get(1), 5, 5)).containsExactly(50, 0, 0);
    }

    @Test
    void opaqueAlphaChannelIsNoTransparency() {
        byte[] samples = new byte[32 * 32 * 4];
        java.util.Arrays.fill(samples, (byte) 255);
        assertThat(names(squash.views(still(new Raster(Mode.RGBA, 32, 32, samples, new byte[0], 1)))))
                .containsExactly("whole");
    }

    @Test
    void transparencyOfEveryModeIsFound() {
        byte[] key = {7, 0, 0, 0};
        assertTranslucent(new Raster(Mode.L, 1, 2, new byte[] {7, 8}, key, 1), true);
        assertTranslucent(new Raster(Mode.L, 1, 2, new byte[] {6, 8}, key, 1), false);
        assertTranslucent(new Raster(Mode.RGB, 1, 1, new byte[] {7, 0, 0}, key, 1), true);
        assertTranslucent(new Raster(Mode.RGB, 1, 1, new byte[] {7, 0, 1}, key, 1), false);
        assertTranslucent(new Raster(Mode.I16, 1, 1, new byte[] {7, 0}, key, 1), true);
        assertTranslucent(new Raster(Mode.I16, 1, 1, new byte[] {7, 1}, key, 1), false);
        assertTranslucent(new Raster(Mode.BILEVEL, 1, 1, new byte[] {0}, new byte[4], 1), true);
        assertTranslucent(new Raster(Mode.LA, 1, 1, new byte[] {7, 1}, new byte[0], 1), true);
        assertTranslucent(new Raster(Mode.LA, 1, 1, new byte[] {7, -1}, new byte[0], 1), false);
        byte[] palette = {1, 2, 3, -1, 4, 5, 6, 0};
        assertTranslucent(new Raster(Mode.P, 1, 1, new byte[] {1}, palette, 1), true);
        assertTranslucent(new Raster(Mode.P, 1, 1, new byte[] {0}, palette, 1), false);
        assertTranslucent(new Raster(Mode.CMYK, 1, 1, new byte[4], new byte[0], 1), false);
    }

    private void assertTranslucent(Raster raster, boolean translucent) {
        assertThat(names(squash.views(still(raster))))
                .isEqualTo(translucent ? List.of("whole/white", "whole/black") : List.of("whole"));
    }

    @Test
    void sixteenBitsAreScaledNotClipped() {
        byte[] view =
                squash.views(decode(HostileImages.gray16Png(32, 32))).get(0).pixels();
        for (int x = 0; x < 32; x++) {
            assertThat(view[3 * x] & 0xff).isEqualTo(65535 * x / 31 >> 8);
        }
    }

    @Test
    void paletteIsResizedAsColoursNotAsIndices() {
        byte[] samples = new byte[64 * 64];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i % 2);
        }
        Raster stripes = new Raster(Mode.P, 64, 64, samples, new byte[] {0, 0, 0, -1, -1, -1, -1, -1}, 1);
        assertThat(pixel(squash.views(still(stripes)).get(0), 16, 16)[0]).isBetween(100, 155);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void orientationIsApplied(int orientation) {
        Raster upright = rgb(90, 47, 3);
        Raster stored = store(upright, orientation);
        for (ViewPolicy policy : ViewPolicy.values()) {
            Preprocessor preprocessor = Preprocessor.moderation(SPEC, policy);
            List<View> expected = preprocessor.views(still(upright));
            List<View> turned = preprocessor.views(still(stored));
            assertThat(names(turned)).isEqualTo(names(expected));
            for (int i = 0; i < expected.size(); i++) {
                byte[] a = turned.get(i).pixels();
                byte[] b = expected.get(i).pixels();
                for (int k = 0; k < a.length; k++) {
                    // The passes change places with the sides, and round between them.
                    assertThat(Math.abs((a[k] & 0xff) - (b[k] & 0xff))).isLessThanOrEqualTo(2);
                }
            }
        }
    }

    @Test
    void animationNamesItsFrames() {
        List<View> views = squash.views(decode(HostileImages.animatedGif(32, 32, 500)));
        assertThat(names(views))
                .hasSize(8)
                .startsWith("frame-0/whole")
                .allMatch(name -> name.matches("frame-\\d+/whole"));
        assertThat(names(views)).doesNotHaveDuplicates();
    }

    @Test
    void longFramesOfAnAnimationHaveFewerTiles() {
        List<View> views = cover.views(decode(HostileImages.animatedGif(400, 8, 20)));
        assertThat(views).hasSize(8 * 5);
    }

    @Test
    void turnsAndMirrorAreOptions() {
        Preprocessor all = Preprocessor.moderation(
                SPEC, ViewPolicy.SQUASH, ModerationOptions.standard().withTurns(true, true));
        List<View> views = all.views(still(rgb(32, 32, 8)));
        assertThat(names(views))
                .containsExactly("whole", "whole/turn-90", "whole/turn-180", "whole/turn-270", "whole/mirror");
        assertThat(pixel(views.get(1), 31, 0)).isEqualTo(pixel(views.get(0), 0, 0));
        assertThat(pixel(views.get(2), 31, 31)).isEqualTo(pixel(views.get(0), 0, 0));
        assertThat(pixel(views.get(3), 0, 31)).isEqualTo(pixel(views.get(0), 0, 0));
        assertThat(pixel(views.get(4), 31, 0)).isEqualTo(pixel(views.get(0), 0, 0));
    }

    @Test
    void quarterTurnsOfAnOblongEncoderAreRefused() {
        PreprocessSpec oblong = new PreprocessSpec(
                24,
                40,
                24,
                PreprocessSpec.ResizeMode.SHORTEST,
                Interpolation.BICUBIC,
                false,
                0,
                SPEC.mean(),
                SPEC.std());
        assertThatThrownBy(() -> Preprocessor.moderation(
                        oblong, ViewPolicy.SQUASH, ModerationOptions.standard().withTurns(true, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("24x40");
    }

    @ParameterizedTest
    @EnumSource(ViewPolicy.class)
    void everyViewOfEveryGoldenFileHasTheEncodersSize(ViewPolicy policy) {
        for (PreprocessSpec spec : List.of(
                SPEC,
                new PreprocessSpec(
                        24,
                        40,
                        24,
                        PreprocessSpec.ResizeMode.SHORTEST,
                        Interpolation.BILINEAR,
                        false,
                        0,
                        SPEC.mean(),
                        SPEC.std()))) {
            Preprocessor preprocessor = Preprocessor.moderation(spec, policy);
            for (String file : GoldenPictures.FILES) {
                assertThat(preprocessor.views(GoldenPictures.decode(file)))
                        .as(file)
                        .isNotEmpty()
                        .allSatisfy(view -> assertThat(view.pixels()).hasSize(spec.height() * spec.width() * 3));
            }
        }
    }

    @Test
    void fingerprintChangesWithWhateverChangesPixels() {
        List<String> fingerprints = List.of(
                squash.fingerprint(),
                cover.fingerprint(),
                Preprocessor.moderation(SPEC, ViewPolicy.COVER).fingerprint(),
                Preprocessor.exact(SPEC).fingerprint(),
                Preprocessor.moderation(PreprocessSpec.unit(32, Interpolation.BILINEAR), ViewPolicy.SQUASH)
                        .fingerprint(),
                Preprocessor.moderation(
                                SPEC,
                                ViewPolicy.SQUASH,
                                ModerationOptions.standard().withTurns(true, false))
                        .fingerprint(),
                Preprocessor.moderation(
                                SPEC,
                                ViewPolicy.COVER,
                                new ModerationOptions(false, false, 12, 4, true, 640, 2, false, false, false, false))
                        .fingerprint());
        assertThat(fingerprints).doesNotHaveDuplicates().allMatch(f -> f.matches("[0-9a-f]{64}"));
        assertThat(Preprocessor.moderation(
                                SPEC,
                                ViewPolicy.COVER,
                                ModerationOptions.standard().withText(false))
                        .fingerprint())
                .isEqualTo(cover.fingerprint());
    }

    /** Stores a picture so that the orientation makes it upright again: EXIF's table, spelled out. */
    private static Raster store(Raster upright, int orientation) {
        boolean swap = orientation >= 5;
        int width = swap ? upright.height() : upright.width();
        int height = swap ? upright.width() : upright.height();
        byte[] samples = new byte[upright.samples().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int right = width - 1 - x;
                int bottom = height - 1 - y;
                int[] seen = switch (orientation) {
                    case 1 -> new int[] {x, y};
                    case 2 -> new int[] {right, y};
                    case 3 -> new int[] {right, bottom};
                    case 4 -> new int[] {x, bottom};
                    case 5 -> new int[] {y, x};
                    case 6 -> new int[] {bottom, x};
                    case 7 -> new int[] {bottom, right};
                    default -> new int[] {y, right};
                };
                System.arraycopy(
                        upright.samples(), (seen[1] * upright.width() + seen[0]) * 3, samples, (y * width + x) * 3, 3);
            }
        }
        return new Raster(Mode.RGB, width, height, samples, new byte[0], orientation);
    }

    private static Raster rgb(int width, int height, int seed) {
        byte[] samples = new byte[width * height * 3];
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < samples.length; i++) {
            // Away from black and white, where clipping between the passes would tell their order.
            samples[i] = (byte) (64 + random.nextInt(128));
        }
        return new Raster(Mode.RGB, width, height, samples, new byte[0], 1);
    }

    private static Decoded still(Raster raster) {
        return Decoded.still("test", raster);
    }

    private static Decoded decode(byte[] file) {
        return (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file);
    }

    private static List<String> names(List<View> views) {
        return views.stream().map(View::name).toList();
    }

    private static int[] pixel(View view, int x, int y) {
        int at = (y * 32 + x) * 3;
        return new int[] {view.pixels()[at] & 0xff, view.pixels()[at + 1] & 0xff, view.pixels()[at + 2] & 0xff};
    }
}
