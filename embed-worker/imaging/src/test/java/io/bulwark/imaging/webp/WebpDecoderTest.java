package io.bulwark.imaging.webp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.webp.WebpDecoder.WebpAnimation;
import io.bulwark.imaging.webp.WebpDecoder.WebpStructure;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What Chromium 156 shows of the same files, or a refusal where it shows nothing. */
class WebpDecoderTest {

    private static final int[] RED = {255, 0, 0, 255};
    private static final int[] GREEN = {0, 255, 0, 255};
    private static final int[] HALF_BLUE = {0, 0, 255, 128};
    private static final int[] NOTHING = {0, 0, 0, 0};

    @Test
    void stillPictureHasOneFrame() {
        Decoded webp = decode(GoldenPictures.file("photo_lossy.webp"));
        assertThat(webp.totalFrames()).isEqualTo(1);
        assertThat(webp.frames().get(0).mode()).isEqualTo(Mode.RGB);
    }

    @Test
    void alphaOfALosslessPictureCountsWhateverItsHeaderSays() {
        for (boolean saysAlpha : new boolean[] {true, false}) {
            Decoded webp = decode(plain(4, 2, HALF_BLUE, saysAlpha).end());
            assertPixels(webp, 0, HALF_BLUE, HALF_BLUE, HALF_BLUE, HALF_BLUE);
        }
        Raster opaque = decode(plain(4, 2, RED, false).end()).frames().get(0);
        assertThat(opaque.mode()).isEqualTo(Mode.RGB);
    }

    @Test
    void alphaChunkThatIsNotCompressedCountsWhereTheHeaderAnnouncesIt() {
        byte[] alpha = new byte[257];
        for (int i = 0; i < 256; i++) {
            alpha[i + 1] = (byte) i;
        }
        Raster seen = lossyWithAlpha(WebpWriter.ALPHA, alpha);
        assertThat(seen.mode()).isEqualTo(Mode.RGBA);
        for (int i = 0; i < 256; i++) {
            assertThat(seen.samples()[4 * i + 3]).isEqualTo((byte) i);
        }
        assertThat(lossyWithAlpha(0, alpha).mode()).isEqualTo(Mode.RGB);
    }

    @Test
    void exifOrientationIsNotHeeded() {
        byte[] tiff = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0};
        WebpWriter webp = new WebpWriter().extended(4, 2, WebpWriter.EXIF).plain(4, 2, RED, false);
        assertThat(decode(webp.chunk("EXIF", tiff).end()).frames().get(0).orientation())
                .isEqualTo(1);
    }

    @Test
    void frameIsDrawnAtItsPlaceAndLaidOverOrReplaces() {
        Decoded over = decode(twoFrames(0, 0, HALF_BLUE).end());
        assertPixels(over, 0, RED, RED, RED, RED);
        assertPixels(over, 1, RED, RED, new int[] {127, 0, 128, 255}, new int[] {127, 0, 128, 255});
        Decoded source = decode(twoFrames(0, WebpWriter.REPLACES, HALF_BLUE).end());
        assertPixels(source, 1, RED, RED, HALF_BLUE, HALF_BLUE);
    }

    @Test
    void clearedFrameLeavesNothingWhateverTheBackgroundColour() {
        Decoded webp = decode(twoFrames(WebpWriter.CLEARED, 0, GREEN).end());
        assertPixels(webp, 1, NOTHING, NOTHING, GREEN, GREEN);
    }

    @Test
    void longAnimationGivesEightFrames() {
        WebpWriter webp = animation(1);
        for (int i = 0; i < 20; i++) {
            webp.frame(0, 0, 4, 2, 100, 0, plain(4, 2, new int[] {10 * i, 0, 0, 255}, true));
        }
        Decoded decoded = decode(webp.end());
        assertThat(decoded.totalFrames()).isEqualTo(20);
        assertThat(decoded.frameNumbers()).hasSize(8).isSorted().contains(0, 19);
        for (int i = 0; i < 8; i++) {
            assertThat(decoded.frames().get(i).samples()[0])
                    .isEqualTo((byte) (10 * decoded.frameNumbers().get(i)));
        }
    }

    @Test
    void sizesThatDisagreeAreRefused() {
        assertCorrupt(
                new WebpWriter().extended(5, 2, WebpWriter.ALPHA).plain(4, 2, RED, true), "5x2 pixels, its data 4x2");
        assertCorrupt(animation(0).frame(0, 0, 4, 2, 9, 0, plain(2, 2, RED, true)), "4x2 pixels, its data 2x2");
        assertCorrupt(animation(0).frame(2, 0, 4, 2, 9, 0, plain(4, 2, RED, true)), "a frame of 4x2 at 2, 0");
    }

    @Test
    void filesOfWhichBrowsersShowNothingAreRefused() {
        WebpWriter headless = new WebpWriter().extended(4, 2, WebpWriter.ANIMATION);
        assertCorrupt(headless.frame(0, 0, 4, 2, 9, 0, plain(4, 2, RED, true)), "before its animation's header");
        assertCorrupt(animation(0), "without a picture");
        assertCorrupt(animation(0).plain(4, 2, RED, true), "outside its frames");
        assertCorrupt(
                new WebpWriter().extended(4, 2, 0).plain(4, 2, RED, true).plain(4, 2, GREEN, true), "two pictures");
        assertCorrupt(new WebpWriter().chunk("ALPH", new byte[9]).plain(4, 2, RED, true), "does not begin with");
        assertCorrupt(animation(0).frame(0, 0, 4, 2, 9, 0, new WebpWriter()), "a frame without data");
    }

    @Test
    void fileCutShortIsRefused() {
        byte[] file = GoldenPictures.file("photo_lossy.webp");
        assertThat(new StandardImageDecoder(DecodeLimits.standard()).decode(Arrays.copyOf(file, file.length - 1)))
                .isInstanceOf(Refused.class);
    }

    @Test
    void floodOfFramesIsRefusedByTheirNumber() {
        WebpWriter webp = animation(0);
        for (int i = 0; i < 10_001; i++) {
            webp.frame(0, 0, 2, 2, 9, 0, plain(2, 2, RED, true));
        }
        assertRefused(webp.end(), Refusal.TOO_MANY_PIXELS, "bulwark.decode.max-animation-frames");
    }

    private static Raster lossyWithAlpha(int flags, byte[] alpha) {
        byte[] lossy = LibwebpGoldenTest.file("lossy-16x16-q100-photo.webp");
        return decode(new WebpWriter()
                        .extended(16, 16, flags)
                        .chunk("ALPH", alpha)
                        .chunk("VP8 ", Arrays.copyOfRange(lossy, 20, lossy.length))
                        .end())
                .frames()
                .get(0);
    }

    @Test
    void theFirstAnimationHeaderSaysWhetherItIsRepeated() {
        for (int first : new int[] {0, 1}) {
            byte[] file = animation(first)
                    .animation(1 - first)
                    .frame(0, 0, 4, 2, 100, 0, plain(4, 2, RED, true))
                    .animation(1 - first)
                    .end();
            WebpAnimation webp = new WebpAnimation(file, WebpStructure.parse(file));
            Supplier<AnimationFrame> play = webp.play();
            while (play.get() != null) {
                // The header is read on the way.
            }
            assertThat(webp.endless()).isEqualTo(first == 0);
        }
    }

    private static WebpWriter plain(int width, int height, int[] rgba, boolean saysAlpha) {
        return new WebpWriter().plain(width, height, rgba, saysAlpha);
    }

    /** An animation of 4x2 pixels. */
    private static WebpWriter animation(int repetitions) {
        return new WebpWriter()
                .extended(4, 2, WebpWriter.ANIMATION | WebpWriter.ALPHA)
                .animation(repetitions);
    }

    /** Red, then a colour in the right half. */
    private static WebpWriter twoFrames(int firstFlags, int secondFlags, int[] second) {
        return animation(0)
                .frame(0, 0, 4, 2, 100, firstFlags, plain(4, 2, RED, true))
                .frame(2, 0, 2, 2, 100, secondFlags, plain(2, 2, second, true));
    }

    /** Compares the first row. */
    private static void assertPixels(Decoded webp, int frame, int[]... pixels) {
        Raster raster = webp.frames().get(frame);
        assertThat(raster.mode()).isEqualTo(Mode.RGBA);
        for (int i = 0; i < pixels.length; i++) {
            for (int c = 0; c < 4; c++) {
                assertThat(raster.samples()[4 * i + c] & 0xff).isEqualTo(pixels[i][c]);
            }
        }
    }

    private static void assertCorrupt(WebpWriter webp, String detail) {
        assertRefused(webp.end(), Refusal.CORRUPT_IMAGE, detail);
    }

    private static void assertRefused(byte[] file, Refusal refusal, String detail) {
        Refused refused = (Refused) new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(refused.refusal()).isEqualTo(refusal);
        assertThat(refused.detail()).contains(detail);
    }

    private static Decoded decode(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return (Decoded) result;
    }
}
