package io.bulwark.imaging.png;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What Chromium 156 shows of the same files, or a refusal where browsers show a part of them. */
class PngAnimationTest {

    private static final byte[] RED = {-1, 0, 0, -1};
    private static final byte[] GREEN = {0, -1, 0, -1};
    private static final byte[] BLUE = {0, 0, -1, -1};
    private static final byte[] HALF_BLUE = {0, 0, -1, -128};
    private static final byte[] NOTHING = {0, 0, 0, 0};
    private static final int KEEP = 0;
    private static final int CLEAR = 1;
    private static final int UNDO = 2;
    private static final int SOURCE = 0;
    private static final int OVER = 1;

    private int sequence;

    @Test
    void frameIsDrawnOverTheOneBeforeAtItsPlace() {
        Decoded png = decode(animation(2)
                .chunk("fcTL", control(2, 0, KEEP, SOURCE))
                .rows(row(RED, RED))
                .chunk("fcTL", control(1, 1, KEEP, SOURCE))
                .chunk("fdAT", data(row(GREEN))));
        assertThat(png.totalFrames()).isEqualTo(2);
        assertPixels(png, 0, RED, RED);
        assertPixels(png, 1, RED, GREEN);
    }

    @Test
    void blendingLaysAFrameOverWhatIsThereAndReplacingTakesItsTransparency() {
        Decoded over = decode(twoFrames(2, KEEP, OVER, row(HALF_BLUE)));
        assertPixels(over, 1, RED, new byte[] {127, 0, -128, -1});
        Decoded source = decode(twoFrames(2, KEEP, SOURCE, row(HALF_BLUE)));
        assertPixels(source, 1, RED, HALF_BLUE);
    }

    @Test
    void clearedFrameLeavesNothingAndAnUndoneOneWhatWasBefore() {
        Decoded cleared = decode(twoFrames(2, CLEAR, SOURCE, row(GREEN)));
        assertPixels(cleared, 1, NOTHING, GREEN);
        Decoded undone = decode(animation(3)
                .chunk("fcTL", control(2, 0, KEEP, SOURCE))
                .rows(row(RED, RED))
                .chunk("fcTL", control(1, 1, UNDO, SOURCE))
                .chunk("fdAT", data(row(GREEN)))
                .chunk("fcTL", control(1, 0, KEEP, SOURCE))
                .chunk("fdAT", data(row(BLUE))));
        assertPixels(undone, 1, RED, GREEN);
        assertPixels(undone, 2, BLUE, RED);
    }

    @Test
    void firstFrameThatIsUndoneLeavesNothing() {
        Decoded png = decode(twoFrames(2, UNDO, SOURCE, row(GREEN)));
        assertPixels(png, 1, NOTHING, GREEN);
    }

    @Test
    void pictureOfViewersWithoutAnimationIsLookedAtAndGoneBeforeTheAnimationBegins() {
        Decoded png = decode(animation(1)
                .rows(row(RED, RED))
                .chunk("fcTL", control(1, 0, KEEP, SOURCE))
                .chunk("fdAT", data(row(GREEN))));
        assertPixels(png, 0, RED, RED);
        assertPixels(png, 1, GREEN, NOTHING);
    }

    @Test
    void dataOfOneFrameComesInAnyNumberOfChunks() {
        byte[] deflated = PngWriter.deflate(row(GREEN));
        PngWriter png = animation(2).chunk("fcTL", control(2, 0, KEEP, SOURCE)).rows(row(RED, RED));
        png.chunk("fcTL", control(1, 1, KEEP, SOURCE));
        for (byte b : deflated) {
            png.chunk("fdAT", numbered(new byte[] {b}));
        }
        assertPixels(decode(png), 1, RED, GREEN);
    }

    @Test
    void framesBeyondTheAnnouncedNumberAreNotShownByBrowsersAndNotLookedAt() {
        PngWriter png = animation(2).chunk("fcTL", control(2, 0, KEEP, SOURCE)).rows(row(RED, RED));
        for (int i = 0; i < 50; i++) {
            png.chunk("fcTL", control(1, 1, KEEP, SOURCE)).chunk("fdAT", data(row(GREEN)));
        }
        assertThat(decode(png).totalFrames()).isEqualTo(2);
    }

    @Test
    void animationControlBehindThePictureMakesNoAnimation() {
        Decoded png = decode(new PngWriter(2, 1, 8, 6, false)
                .rows(row(RED, RED))
                .chunk("acTL", ByteBuffer.allocate(8).putInt(2).array())
                .chunk("fcTL", control(1, 1, KEEP, SOURCE))
                .chunk("fdAT", data(row(GREEN))));
        assertThat(png.totalFrames()).isEqualTo(1);
    }

    @Test
    void framesOfEveryModeAreDrawnInTheirColours() {
        byte[] gray = second(new PngWriter(2, 1, 8, 0, false), new byte[] {0, 50, 60}, new byte[] {0, 70});
        assertThat(gray).containsExactly(50, 50, 50, -1, 70, 70, 70, -1);
        byte[] keyed = second(
                new PngWriter(2, 1, 8, 0, false).chunk("tRNS", new byte[] {0, 70}),
                new byte[] {0, 50, 60},
                new byte[] {0, 70});
        assertThat(keyed).containsExactly(50, 50, 50, -1, 70, 70, 70, 0);
        byte[] gray16 = second(new PngWriter(2, 1, 16, 0, false), new byte[] {0, 1, 2, 3, 4}, new byte[] {0, 70, 71});
        assertThat(gray16).containsExactly(1, 1, 1, -1, 70, 70, 70, -1);
        byte[] grayAlpha = second(new PngWriter(2, 1, 8, 4, false), new byte[] {0, 1, 2, 3, 4}, new byte[] {0, 70, 71});
        assertThat(grayAlpha).containsExactly(1, 1, 1, 2, 70, 70, 70, 71);
        byte[] palette = second(
                new PngWriter(2, 1, 8, 3, false)
                        .chunk("PLTE", new byte[] {1, 2, 3, 4, 5, 6})
                        .chunk("tRNS", new byte[] {9}),
                new byte[] {0, 1, 0},
                new byte[] {0, 0});
        assertThat(palette).containsExactly(4, 5, 6, -1, 1, 2, 3, 9);
        byte[] bits = second(new PngWriter(2, 1, 1, 0, false), new byte[] {0, 64}, new byte[] {0, -128});
        assertThat(bits).containsExactly(0, 0, 0, -1, -1, -1, -1, -1);
    }

    @Test
    void whatBrowsersShowInPartIsRefused() {
        assertCorrupt(twoFrames(1, KEEP, SOURCE, row(GREEN)), "a frame of 1x1 at 0, 0");
        assertCorrupt(twoFrames(2, 3, SOURCE, row(GREEN)), "disposal 3");
        assertCorrupt(
                animation(2)
                        .chunk("fcTL", control(2, 0, KEEP, SOURCE))
                        .rows(row(RED, RED))
                        .chunk("fcTL", control(1, 2, KEEP, SOURCE))
                        .chunk("fdAT", data(row(GREEN))),
                "a frame of 1x1 at 2, 0");
        assertCorrupt(
                animation(2)
                        .chunk("fcTL", control(2, 0, KEEP, SOURCE))
                        .rows(row(RED, RED))
                        .chunk("fcTL", control(1, 1, KEEP, SOURCE)),
                "without data");
        PngWriter skips =
                animation(2).chunk("fcTL", control(2, 0, KEEP, SOURCE)).rows(row(RED, RED));
        sequence = 7;
        assertCorrupt(
                skips.chunk("fcTL", control(1, 1, KEEP, SOURCE)).chunk("fdAT", data(row(GREEN))),
                "chunk 7 in the place of 1");
        PngWriter large =
                animation(2).chunk("fcTL", control(2, 0, KEEP, SOURCE)).rows(row(RED, RED));
        assertCorrupt(large.chunk("fcTL", control(60_000, 0, KEEP, SOURCE)), "a frame of 60000x1");
    }

    @Test
    void millionsOfEmptyDataChunksCostNoMoreThanTheFile() {
        PngWriter png = new PngWriter(1, 1, 8, 0, false);
        byte[] deflated = PngWriter.deflate(new byte[] {0, 9});
        png.chunk("IDAT", Arrays.copyOf(deflated, 3));
        for (int i = 0; i < 100_000; i++) {
            png.chunk("IDAT", new byte[0]);
        }
        png.chunk("IDAT", Arrays.copyOfRange(deflated, 3, deflated.length));
        assertThat(decode(png).frames().get(0).samples()).containsExactly(9);
    }

    @Test
    void floodOfFramesIsRefusedByTheirNumber() {
        PngWriter png =
                animation(100_000).chunk("fcTL", control(2, 0, KEEP, SOURCE)).rows(row(RED, RED));
        byte[] green = PngWriter.deflate(row(GREEN));
        for (int i = 0; i < 10_000; i++) {
            png.chunk("fcTL", control(1, 1, KEEP, SOURCE)).chunk("fdAT", numbered(green));
        }
        Refused refused = (Refused) new StandardImageDecoder(DecodeLimits.standard()).decode(png.end());
        assertThat(refused.refusal()).isEqualTo(Refusal.TOO_MANY_PIXELS);
        assertThat(refused.detail()).contains("bulwark.decode.max-animation-frames");
    }

    private PngWriter animation(int frames) {
        sequence = 0;
        return new PngWriter(2, 1, 8, 6, false)
                .chunk("acTL", ByteBuffer.allocate(8).putInt(frames).array());
    }

    /** Two pixels of red, then a frame of one pixel at the right. */
    private PngWriter twoFrames(int width, int disposal, int blend, byte[] row) {
        return animation(2)
                .chunk("fcTL", control(width, 0, disposal, SOURCE))
                .rows(row(RED, RED))
                .chunk("fcTL", control(1, 1, KEEP, blend))
                .chunk("fdAT", data(row));
    }

    /** The canvas with a second frame at the right of the first. */
    private byte[] second(PngWriter png, byte[] firstRow, byte[] secondRow) {
        sequence = 0;
        // The animation control may stand anywhere before the picture.
        png.chunk("acTL", ByteBuffer.allocate(8).putInt(2).array())
                .chunk("fcTL", control(2, 0, KEEP, SOURCE))
                .rows(firstRow)
                .chunk("fcTL", control(1, 1, KEEP, SOURCE))
                .chunk("fdAT", data(secondRow));
        return decode(png).frames().get(1).samples();
    }

    private byte[] control(int width, int left, int disposal, int blend) {
        return ByteBuffer.allocate(26)
                .putInt(sequence++)
                .putInt(width)
                .putInt(1)
                .putInt(left)
                .putInt(0)
                .putShort((short) 1)
                .putShort((short) 10)
                .put((byte) disposal)
                .put((byte) blend)
                .array();
    }

    private byte[] data(byte[] rows) {
        return numbered(PngWriter.deflate(rows));
    }

    private byte[] numbered(byte[] data) {
        return ByteBuffer.allocate(4 + data.length).putInt(sequence++).put(data).array();
    }

    private static byte[] row(byte[]... pixels) {
        ByteBuffer row = ByteBuffer.allocate(1 + 4 * pixels.length).put((byte) 0);
        Arrays.stream(pixels).forEach(row::put);
        return row.array();
    }

    private static void assertPixels(Decoded png, int number, byte[]... pixels) {
        Raster frame = png.frames().get(number);
        assertThat(frame.mode()).isEqualTo(Mode.RGBA);
        byte[] row = row(pixels);
        assertThat(frame.samples()).containsExactly(Arrays.copyOfRange(row, 1, row.length));
    }

    private static void assertCorrupt(PngWriter png, String detail) {
        Refused refused = (Refused) new StandardImageDecoder(DecodeLimits.standard()).decode(png.end());
        assertThat(refused.refusal()).isEqualTo(Refusal.CORRUPT_IMAGE);
        assertThat(refused.detail()).contains(detail);
    }

    private static Decoded decode(PngWriter png) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(png.end());
        assertThat(result).isInstanceOf(Decoded.class);
        return (Decoded) result;
    }
}
