package io.bulwark.imaging.gif;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class GifDecoderTest {

    private static final int[] BLACK = {0, 0, 0, 255};
    private static final int[] RED = {255, 0, 0, 255};
    private static final int[] GREEN = {0, 255, 0, 255};
    private static final int[] BLUE = {0, 0, 255, 255};
    private static final int[] NOTHING = {0, 0, 0, 0};

    @Test
    void longAnimationGivesEightFramesTheFirstAndTheOneItStaysOnAmongThem() {
        Decoded gif = decode(HostileImages.animatedGif(16, 16, 500));
        assertThat(gif.totalFrames()).isEqualTo(500);
        assertThat(gif.frameNumbers())
                .hasSize(8)
                .isSorted()
                .doesNotHaveDuplicates()
                .contains(0, 499);
        assertThat(gif.frames()).hasSize(8);
        assertThat(gif.frames().get(0).mode()).isEqualTo(Mode.P);
        for (int i = 1; i < 7; i++) {
            int number = gif.frameNumbers().get(i);
            assertThat(pixel(gif.frames().get(i), 5, 5))
                    .isEqualTo(number % 3 == 0 ? RED : number % 3 == 1 ? GREEN : BLUE);
        }
        assertThat(pixel(gif.frames().get(7), 5, 5)).isEqualTo(BLUE);
    }

    @Test
    void fileOfHalfAMillionFramesIsRefusedByTheirNumber() {
        byte[] file = HostileImages.gifOfEmptyFrames(583_333);
        assertThat(file).hasSize(7_000_778);
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(((Refused) result).refusal()).isEqualTo(Refusal.TOO_MANY_PIXELS);
        assertThat(((Refused) result).detail()).contains("10000 frames", "bulwark.decode.max-animation-frames");
    }

    @Test
    void keptFrameStaysUnderTheNext() {
        Decoded gif = decode(new GifWriter(4, 1)
                .frame(0, 0, 4, 1, -1, 1, false, new byte[] {1, 1, 1, 1})
                .frame(1, 0, 2, 1, 0, 0, false, new byte[] {2, 0})
                .end());
        Raster second = gif.frames().get(1);
        assertThat(pixel(second, 0, 0)).isEqualTo(RED);
        assertThat(pixel(second, 1, 0)).isEqualTo(GREEN);
        assertThat(pixel(second, 2, 0))
                .as("a transparent pixel shows what lies under it")
                .isEqualTo(RED);
    }

    @Test
    void clearedFrameLeavesNothing() {
        Decoded gif = decode(new GifWriter(4, 1)
                .frame(0, 0, 4, 1, -1, 1, false, new byte[] {1, 1, 1, 1})
                .frame(0, 0, 2, 1, -1, 2, false, new byte[] {2, 2})
                .frame(3, 0, 1, 1, -1, 0, false, new byte[] {3})
                .end());
        Raster third = gif.frames().get(2);
        assertThat(pixel(third, 0, 0)).isEqualTo(NOTHING);
        assertThat(pixel(third, 2, 0)).isEqualTo(RED);
        assertThat(pixel(third, 3, 0)).isEqualTo(BLUE);
    }

    @Test
    void undoneFrameLeavesWhatWasBefore() {
        Decoded gif = decode(new GifWriter(2, 1)
                .frame(0, 0, 2, 1, -1, 1, false, new byte[] {1, 1})
                .frame(0, 0, 2, 1, -1, 3, false, new byte[] {2, 2})
                .frame(1, 0, 1, 1, -1, 3, false, new byte[] {3})
                .frame(0, 0, 1, 1, -1, 0, false, new byte[] {0})
                .end());
        assertThat(pixel(gif.frames().get(1), 0, 0)).isEqualTo(GREEN);
        assertThat(pixel(gif.frames().get(2), 0, 0)).isEqualTo(RED);
        assertThat(pixel(gif.frames().get(2), 1, 0)).isEqualTo(BLUE);
        assertThat(pixel(gif.frames().get(3), 0, 0)).isEqualTo(BLACK);
        assertThat(pixel(gif.frames().get(3), 1, 0)).isEqualTo(RED);
    }

    @Test
    void interlacedRowsComeInFourPasses() {
        byte[] stored = {0, 1, 2, 3, 0, 1, 2, 3};
        Decoded gif = decode(
                new GifWriter(1, 8).frame(0, 0, 1, 8, -1, 0, true, stored).end());
        assertThat(gif.frames().get(0).samples()).containsExactly(0, 0, 2, 1, 1, 2, 3, 3);
    }

    @Test
    void aroundAFirstFrameThereIsTheTransparentIndexOrTheFirstColourAndNothingIsSeen() {
        Decoded named = decode(new GifWriter(3, 1)
                .frame(1, 0, 1, 1, 2, 0, false, new byte[] {1})
                .end());
        assertThat(named.frames().get(0).samples()).containsExactly(2, 1, 2);
        assertThat(named.frames().get(0).palette()[4 * 2 + 3]).isZero();

        Raster unnamed = decode(new GifWriter(3, 1)
                        .frame(1, 0, 1, 1, -1, 0, false, new byte[] {1})
                        .end())
                .frames()
                .get(0);
        int outside = unnamed.samples()[0] & 0xff;
        assertThat(unnamed.samples()).containsExactly(outside, 1, outside);
        assertThat(Arrays.copyOfRange(unnamed.palette(), 4 * outside, 4 * outside + 4))
                .containsExactly(0, 0, 0, 0);
    }

    @Test
    void disposalFourIsThatOfThreeAsInBrowsers() {
        Decoded gif = decode(new GifWriter(2, 1)
                .frame(0, 0, 2, 1, -1, 1, false, new byte[] {1, 1})
                .frame(0, 0, 2, 1, -1, 4, false, new byte[] {2, 2})
                .frame(1, 0, 1, 1, -1, 0, false, new byte[] {3})
                .end());
        assertThat(pixel(gif.frames().get(2), 0, 0)).isEqualTo(RED);
    }

    @Test
    void aFrameOfNoSizeWithWhichSomeBrowsersFillTheScreenIsRefused() {
        for (int[] size : new int[][] {{0, 0}, {0, 1}, {2, 0}}) {
            byte[] gif = new GifWriter(2, 1)
                    .frame(0, 0, size[0], size[1], -1, 0, false, new byte[] {1, 1})
                    .end();
            assertRefused(gif, "GIF frame has " + size[0] + "x" + size[1]);
        }
    }

    @Test
    void theOlderVersionsSmallPictureOnALargeScreenIsRefused() {
        byte[] small = new GifWriter(90, 90)
                .frame(0, 0, 2, 1, -1, 0, false, new byte[] {1, 1})
                .end();
        assertThat(decode(small).frames().get(0).width()).isEqualTo(90);
        small[4] = '7';
        assertRefused(small, "GIF87a of 90x90 pixels has a picture of 2x1");
        byte[] whole = new GifWriter(2, 1).plain(2, 1, 1, 0).end();
        whole[4] = '7';
        assertThat(decode(whole).totalFrames()).isEqualTo(1);
    }

    @Test
    void anExtensionOfNoLengthHasEndedAndThePictureBehindItIsSeen() {
        for (int label : new int[] {0x01, 0xfe, 0xff}) {
            Decoded gif = decode(new GifWriter(2, 1)
                    .raw(0x21, label, 0)
                    .plain(2, 1, 1, 0)
                    .plain(2, 1, 2, 0)
                    .end());
            assertThat(pixel(gif.frames().get(1), 0, 0)).isEqualTo(GREEN);
        }
    }

    @Test
    void aGraphicControlOfAnotherLengthIsRefused() {
        for (int size : new int[] {0, 3, 5}) {
            byte[] gif = new GifWriter(2, 1)
                    .raw(0x21, 0xf9, size)
                    .raw(new int[size + 1])
                    .plain(2, 1, 1, 0)
                    .end();
            assertRefused(gif, "graphic control is " + size + " bytes");
        }
    }

    @Test
    void framesBehindWhatIsNoBlockAreShownByNoBrowserAndNotLookedAt() {
        byte[] one = new GifWriter(2, 1).plain(2, 1, 1, 0).end();
        byte[] file = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 25, file, one.length, one.length - 25);
        file[one.length - 1] = 0;
        assertThat(decode(file).totalFrames()).isEqualTo(1);
    }

    @Test
    void compressedFrameIsWhatTheJdkReads() throws IOException {
        BufferedImage image = new BufferedImage(211, 97, BufferedImage.TYPE_BYTE_INDEXED);
        Random random = new Random(4);
        for (int y = 0; y < 97; y++) {
            for (int x = 0; x < 211; x++) {
                image.setRGB(x, y, y < 50 ? random.nextInt() : 0xff00ff * (x / 60));
            }
        }
        var bytes = new java.io.ByteArrayOutputStream();
        ImageIO.write(image, "gif", bytes);
        BufferedImage expected = ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
        Raster ours = decode(bytes.toByteArray()).frames().get(0);
        for (int y = 0; y < 97; y++) {
            for (int x = 0; x < 211; x++) {
                int entry = 4 * (ours.samples()[y * 211 + x] & 0xff);
                int rgb = (ours.palette()[entry] & 0xff) << 16
                        | (ours.palette()[entry + 1] & 0xff) << 8
                        | ours.palette()[entry + 2] & 0xff;
                assertThat(rgb).isEqualTo(expected.getRGB(x, y) & 0xffffff);
            }
        }
    }

    @Test
    void framesThatCostTooMuchTogetherAreRefused() {
        DecodeResult result =
                new StandardImageDecoder(DecodeLimits.standard()).decode(HostileImages.gifBomb(5000, 100));
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).refusal()).isEqualTo(Refusal.TOO_MANY_PIXELS);
        assertThat(((Refused) result).detail()).contains("first 11 frames", "bulwark.decode.max-animation-pixels");
    }

    @Test
    void fewerFramesAreTakenWhereMemoryIsShort() {
        DecodeLimits limits = DecodeLimits.standard().withMemoryBytes(320_000);
        DecodeResult result = new StandardImageDecoder(limits).decode(HostileImages.animatedGif(100, 100, 30));
        assertThat(((Decoded) result).frameNumbers()).hasSize(5).startsWith(0).endsWith(29);
    }

    @Test
    void fileWithoutTrailerDecodes() {
        byte[] whole = HostileImages.animatedGif(8, 8, 3);
        assertThat(decode(Arrays.copyOf(whole, whole.length - 1)).totalFrames()).isEqualTo(3);
    }

    private static void assertRefused(byte[] file, String detail) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).detail()).contains(detail);
    }

    private static Decoded decode(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return (Decoded) result;
    }

    private static int[] pixel(Raster rgba, int x, int y) {
        int at = (y * rgba.width() + x) * 4;
        int[] pixel = new int[4];
        for (int c = 0; c < 4; c++) {
            pixel[c] = rgba.samples()[at + c] & 0xff;
        }
        return pixel;
    }
}
