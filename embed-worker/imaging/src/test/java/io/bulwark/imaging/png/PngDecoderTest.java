package io.bulwark.imaging.png;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngDecoderTest {

    /** The JDK's reader is the peer for every type, depth, filter and for Adam7. */
    @ParameterizedTest
    @CsvSource({
        "0, 1", "0, 2", "0, 4", "0, 8", "2, 8", "2, 16", "3, 1", "3, 2", "3, 4", "3, 8", "4, 8", "4, 16", "6, 8",
        "6, 16"
    })
    void everyTypeAndDepthIsWhatTheJdkReads(int colourType, int bitDepth) throws IOException {
        for (boolean interlaced : new boolean[] {false, true}) {
            for (int width : new int[] {1, 3, 8, 37}) {
                int height = 29;
                byte[] file = random(width, height, colourType, bitDepth, interlaced);
                BufferedImage expected = ImageIO.read(new ByteArrayInputStream(file));
                Raster ours = decode(file);
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        assertPixel(ours, x, y, expected, colourType);
                    }
                }
            }
        }
    }

    private static void assertPixel(Raster ours, int x, int y, BufferedImage expected, int colourType) {
        int at = (y * ours.width() + x) * ours.mode().bytesPerPixel();
        int[] theirs = expected.getRaster().getPixel(x, y, (int[]) null);
        if (colourType == 3) {
            assertThat(ours.samples()[at] & 0xff).isEqualTo(theirs[0]);
            return;
        }
        int bits = expected.getSampleModel().getSampleSize(0);
        for (int c = 0; c < ours.mode().bytesPerPixel(); c++) {
            int value = bits == 16 ? theirs[c] >> 8 : bits == 8 ? theirs[c] : theirs[c] * 255 / ((1 << bits) - 1);
            assertThat(ours.samples()[at + c] & 0xff).isEqualTo(value);
        }
    }

    private static byte[] random(int width, int height, int colourType, int bitDepth, boolean interlaced) {
        PngHeader header = new PngHeader(width, height, bitDepth, colourType, interlaced);
        Random random = new Random(width * 31L + colourType);
        var rows = new java.io.ByteArrayOutputStream();
        int[][] passes = interlaced
                ? new int[][] {
                    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
                }
                : new int[][] {{0, 0, 1, 1}};
        for (int[] pass : passes) {
            int pixels = width <= pass[0] ? 0 : (width - pass[0] + pass[2] - 1) / pass[2];
            for (int y = pass[1]; y < height && pixels > 0; y += pass[3]) {
                byte[] row = new byte[header.rowBytes(pixels)];
                random.nextBytes(row);
                rows.write(random.nextInt(5));
                rows.writeBytes(row);
            }
        }
        PngWriter png = new PngWriter(width, height, bitDepth, colourType, interlaced);
        if (colourType == 3) {
            byte[] palette = new byte[3 << bitDepth];
            random.nextBytes(palette);
            png.chunk("PLTE", palette);
        }
        return png.rows(rows.toByteArray()).end();
    }

    @Test
    void oneBitGrayIsBilevel() {
        Raster raster = decode(new PngWriter(9, 1, 1, 0, false)
                .rows(new byte[] {0, (byte) 0b10101010, (byte) 0b10000000})
                .end());
        assertThat(raster.mode()).isEqualTo(Mode.BILEVEL);
        assertThat(raster.samples()).containsExactly(-1, 0, -1, 0, -1, 0, -1, 0, -1);
    }

    @Test
    void colourKeyIsKeptBesideTheSamples() {
        Raster gray = decode(new PngWriter(2, 1, 4, 0, false)
                .chunk("tRNS", new byte[] {0, 3})
                .rows(new byte[] {0, 0x35})
                .end());
        assertThat(gray.mode()).isEqualTo(Mode.L);
        assertThat(gray.samples()).containsExactly(3 * 17, 5 * 17);
        assertThat(gray.palette()).containsExactly(3 * 17, 0, 0, 0);
        Raster rgb = decode(new PngWriter(1, 1, 8, 2, false)
                .chunk("tRNS", new byte[] {0, 1, 0, 2, 0, 3})
                .rows(new byte[] {0, 1, 2, 3})
                .end());
        assertThat(rgb.mode()).isEqualTo(Mode.RGB);
        assertThat(rgb.palette()).containsExactly(1, 2, 3, 0);
    }

    @Test
    void colourKeyOfSixteenBitsMatchesAllSixteen() {
        Raster rgb = decode(new PngWriter(2, 1, 16, 2, false)
                .chunk("tRNS", new byte[] {7, 1, 7, 2, 7, 3})
                .rows(new byte[] {0, 7, 1, 7, 2, 7, 3, 7, 1, 7, 2, 7, 4})
                .end());
        assertThat(rgb.mode()).isEqualTo(Mode.RGBA);
        assertThat(rgb.samples()).containsExactly(7, 7, 7, 0, 7, 7, 7, -1);
    }

    @Test
    void exifChunkTurnsThePicture() {
        byte[] tiff = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0};
        Raster raster = decode(new PngWriter(1, 1, 8, 0, false)
                .chunk("eXIf", tiff)
                .rows(new byte[] {0, 9})
                .end());
        assertThat(raster.orientation()).isEqualTo(8);
    }

    @Test
    void animationShowsItsFramesAndNotOnlyItsCover() {
        PngWriter png = new PngWriter(2, 1, 8, 0, false).chunk("acTL", new byte[8]);
        png.chunk("fcTL", frameControl(2, 1)).rows(new byte[] {0, 10, 20});
        for (int i = 1; i < 30; i++) {
            byte[] data = PngWriter.deflate(new byte[] {0, (byte) i});
            byte[] numbered = new byte[data.length + 4];
            System.arraycopy(data, 0, numbered, 4, data.length);
            png.chunk("fcTL", frameControl(1, 1)).chunk("fdAT", numbered);
        }
        Decoded decoded = (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(png.end());
        assertThat(decoded.totalFrames()).isEqualTo(30);
        assertThat(decoded.frameNumbers()).containsExactly(0, 4, 7, 11, 15, 18, 22, 25, 29);
        assertThat(decoded.frames().get(0).samples()).containsExactly(10, 20);
        assertThat(decoded.frames().get(8).samples()).containsExactly(29);
    }

    @Test
    void frameLargerThanItsAnimationIsRefused() {
        assertCorrupt(
                new PngWriter(1, 1, 8, 0, false)
                        .chunk("acTL", new byte[8])
                        .rows(new byte[] {0, 1})
                        .chunk("fcTL", frameControl(60000, 60000))
                        .end(),
                "a frame of 60000x60000");
    }

    private static byte[] frameControl(int width, int height) {
        return java.nio.ByteBuffer.allocate(26)
                .putInt(0)
                .putInt(width)
                .putInt(height)
                .array();
    }

    @Test
    void brokenPngsAreRefused() {
        byte[] row = {0, 9};
        assertCorrupt(new PngWriter(1, 1, 3, 0, false).rows(row).end(), "colour type 0, 3 bits");
        assertCorrupt(new PngWriter(1, 1, 8, 3, false).rows(row).end(), "no palette");
        assertCorrupt(new PngWriter(0, 5, 8, 0, false).rows(row).end(), "0x5");
        assertCorrupt(new PngWriter(1, -5, 8, 0, false).rows(row).end(), "1x-5");
        assertCorrupt(new PngWriter(1, 1, 8, 0, false).end(), "without a picture");
        assertCorrupt(new PngWriter(1, 2, 8, 0, false).rows(row).end(), "before its last row");
        assertCorrupt(new PngWriter(1, 1, 8, 0, false).rows(new byte[] {5, 9}).end(), "unknown filter 5");
        assertCorrupt(
                new PngWriter(1, 1, 8, 0, false)
                        .chunk("IDAT", new byte[] {1, 2, 3})
                        .end(),
                "cannot be inflated");
        byte[] changed = new PngWriter(1, 1, 8, 0, false).rows(row).end();
        changed[19]++;
        assertCorrupt(changed, "wrong checksum");
    }

    private static void assertCorrupt(byte[] file, String detail) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).refusal()).isEqualTo(DecodeResult.Refusal.CORRUPT_IMAGE);
        assertThat(((Refused) result).detail()).contains(detail);
    }

    private static Raster decode(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return ((Decoded) result).frames().get(0);
    }
}
