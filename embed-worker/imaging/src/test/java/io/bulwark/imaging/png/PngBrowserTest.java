package io.bulwark.imaging.png;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Chunks that are broken, doubled or out of place: what Chromium 156 shows of them, or a refusal. */
class PngBrowserTest {

    private static final byte[] PALETTE = {9, 0, 0, 0, 9, 0, 0, 0, 9, 9, 9, 0};
    private static final byte[] OTHER_PALETTE = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
    private static final byte[] SEEN_THROUGH = new byte[4];
    private static final byte[] INDICES = {0, 0, 1, 2, 3};

    /** The evasion: a file that is seen in full in every browser, and was judged as a blank. */
    @Test
    void transparencyBehindThePictureIsNone() {
        assertAlphas(png -> png.chunk("PLTE", PALETTE).rows(INDICES).chunk("tRNS", SEEN_THROUGH), 255, 255, 255, 255);
    }

    @Test
    void transparencyCountsOnceAndOnlyBehindThePalette() {
        byte[] half = {1, 2, 3};
        assertAlphas(png -> png.chunk("PLTE", PALETTE).chunk("tRNS", half).rows(INDICES), 1, 2, 3, 255);
        assertAlphas(
                png -> png.chunk("PLTE", PALETTE)
                        .chunk("tRNS", half)
                        .chunk("tRNS", SEEN_THROUGH)
                        .rows(INDICES),
                1,
                2,
                3,
                255);
        assertAlphas(
                png -> png.chunk("tRNS", SEEN_THROUGH).chunk("PLTE", PALETTE).rows(INDICES), 255, 255, 255, 255);
        assertAlphas(
                png -> png.chunk("PLTE", PALETTE)
                        .chunk("tRNS", new byte[0])
                        .chunk("tRNS", half)
                        .rows(INDICES),
                1,
                2,
                3,
                255);
    }

    @Test
    void transparencyWithAWrongChecksumIsNone() {
        assertAlphas(
                png -> png.chunk("PLTE", PALETTE)
                        .damagedChunk("tRNS", SEEN_THROUGH)
                        .rows(INDICES),
                255,
                255,
                255,
                255);
        assertAlphas(
                png -> png.chunk("PLTE", PALETTE)
                        .damagedChunk("tRNS", new byte[] {5, 5, 5, 5})
                        .chunk("tRNS", SEEN_THROUGH)
                        .rows(INDICES),
                0,
                0,
                0,
                0);
        Raster gray = decode(gray(8).damagedChunk("tRNS", new byte[] {0, 50})
                .rows(new byte[] {0, 50, 100})
                .end());
        assertThat(gray.palette()).isEmpty();
    }

    @Test
    void transparencyOfAWrongLengthIsRefused() {
        assertRefused(
                png -> png.chunk("PLTE", PALETTE).chunk("tRNS", new byte[6]).rows(INDICES), "6 bytes long, allowed");
        for (int length : new int[] {1, 3, 6}) {
            assertRefused(
                    gray(8).chunk("tRNS", new byte[length]).rows(new byte[3]).end(), length + " bytes long, allowed");
        }
    }

    @Test
    void transparentLevelBeyondTheDepthIsRefusedWhereBrowsersDiffer() {
        for (int bits : new int[] {1, 2, 4}) {
            assertRefused(
                    gray(bits)
                            .chunk("tRNS", new byte[] {0, (byte) (1 << bits)})
                            .rows(new byte[2])
                            .end(),
                    "samples have " + bits + " bits");
        }
        // All browsers take the low byte.
        Raster eight = decode(gray(8).chunk("tRNS", new byte[] {1, 50})
                .rows(new byte[] {0, 50, 100})
                .end());
        assertThat(eight.palette()).startsWith(50);
    }

    @Test
    void samplesWithAlphaHaveNoTransparentColour() {
        Raster raster = decode(new PngWriter(1, 1, 8, 6, false)
                .chunk("tRNS", new byte[] {0, 1, 0, 2, 0, 3})
                .rows(new byte[] {0, 1, 2, 3, -1})
                .end());
        assertThat(raster.samples()).containsExactly(1, 2, 3, -1);
        assertThat(raster.palette()).isEmpty();
    }

    @Test
    void paletteBehindThePictureIsNone() {
        assertThat(decode(palette()
                                .chunk("PLTE", PALETTE)
                                .rows(INDICES)
                                .chunk("PLTE", OTHER_PALETTE)
                                .end())
                        .palette())
                .startsWith(9, 0, 0, -1);
        assertRefused(png -> png.rows(INDICES).chunk("PLTE", PALETTE), "no palette");
        assertRefused(png -> png.chunk("IDAT", new byte[0]).chunk("PLTE", PALETTE), "no palette");
    }

    @Test
    void twoPalettesAndDamagedOnesAreRefused() {
        assertRefused(png -> png.chunk("PLTE", PALETTE).chunk("PLTE", PALETTE).rows(INDICES), "two palettes");
        assertRefused(png -> png.damagedChunk("PLTE", PALETTE).rows(INDICES), "wrong checksum");
        assertRefused(png -> png.chunk("PLTE", new byte[771]).rows(INDICES), "771 bytes long");
        assertRefused(png -> png.chunk("PLTE", Arrays.copyOf(PALETTE, 11)).rows(INDICES), "11 bytes long");
    }

    /** Chromium shows the last colour, libpng black. */
    @Test
    void indicesBeyondThePaletteAreRefused() {
        assertRefused(png -> png.chunk("PLTE", Arrays.copyOf(PALETTE, 9)).rows(INDICES), "colour 3 of a palette of 3");
        byte[] packed = new PngWriter(4, 1, 2, 3, false)
                .chunk("PLTE", Arrays.copyOf(PALETTE, 9))
                .rows(new byte[] {0, 0b00011011})
                .end();
        assertRefused(packed, "colour 3 of a palette of 3");
    }

    @Test
    void paletteBesideTrueColoursIsNotLookedAt() {
        Raster raster = decode(new PngWriter(1, 1, 8, 2, false)
                .chunk("PLTE", Arrays.copyOf(PALETTE, 11))
                .rows(new byte[] {0, 1, 2, 3})
                .end());
        assertThat(raster.samples()).containsExactly(1, 2, 3);
        assertRefused(
                new PngWriter(1, 1, 8, 2, false)
                        .chunk("tRNS", new byte[6])
                        .chunk("PLTE", PALETTE)
                        .rows(new byte[4])
                        .end(),
                "before its palette");
    }

    @Test
    void dataInterruptedByOtherChunksIsRefused() {
        byte[] data = PngWriter.deflate(INDICES);
        assertRefused(
                png -> png.chunk("PLTE", PALETTE)
                        .chunk("IDAT", Arrays.copyOf(data, 5))
                        .chunk("tEXt", new byte[3])
                        .chunk("IDAT", Arrays.copyOfRange(data, 5, data.length)),
                "interrupted by other chunks");
        Raster adjacent = decode(palette()
                .chunk("PLTE", PALETTE)
                .chunk("IDAT", Arrays.copyOf(data, 5))
                .chunk("IDAT", Arrays.copyOfRange(data, 5, data.length))
                .end());
        assertThat(adjacent.samples()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void chunksWithoutWhichAPictureCannotBeShownAreRefusedIfUnknown() {
        assertRefused(
                png -> png.chunk("CgBI", new byte[4]).chunk("PLTE", PALETTE).rows(INDICES), "unknown chunk");
        assertRefused(png -> png.chunk("PLTE", PALETTE).rows(INDICES).chunk("ABCD", new byte[1]), "unknown chunk");
        assertAlphas(
                png -> png.chunk("PLTE", PALETTE)
                        .damagedChunk("abCd", new byte[1])
                        .rows(INDICES),
                255,
                255,
                255,
                255);
    }

    @Test
    void headerOfAWrongLengthIsRefused() {
        byte[] header = new byte[14];
        System.arraycopy(palette().end(), 16, header, 0, 13);
        assertRefused(
                PngWriter.headless()
                        .chunk("IHDR", header)
                        .chunk("PLTE", PALETTE)
                        .rows(INDICES)
                        .end(),
                "header is 14 bytes long");
    }

    @Test
    void onlyTheFirstOrientationBeforeThePictureTurnsIt() {
        assertThat(orientation(png -> png.chunk("eXIf", turned(6)).rows(new byte[] {0, 1, 2})))
                .isEqualTo(6);
        assertThat(orientation(png ->
                        png.chunk("eXIf", turned(6)).chunk("eXIf", turned(3)).rows(new byte[] {0, 1, 2})))
                .isEqualTo(6);
        assertThat(orientation(png ->
                        png.chunk("eXIf", new byte[2]).chunk("eXIf", turned(3)).rows(new byte[] {0, 1, 2})))
                .isEqualTo(1);
        assertThat(orientation(png -> png.rows(new byte[] {0, 1, 2}).chunk("eXIf", turned(6))))
                .isEqualTo(1);
        assertThat(orientation(png -> png.damagedChunk("eXIf", turned(6)).rows(new byte[] {0, 1, 2})))
                .isEqualTo(1);
    }

    private static byte[] turned(int orientation) {
        return new byte[] {
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, 0, 0, 0, 0
        };
    }

    private static int orientation(UnaryOperator<PngWriter> chunks) {
        return decode(chunks.apply(gray(8)).end()).orientation();
    }

    private static PngWriter palette() {
        return new PngWriter(4, 1, 8, 3, false);
    }

    private static PngWriter gray(int bits) {
        return new PngWriter(2, 1, bits, 0, false);
    }

    private static void assertAlphas(UnaryOperator<PngWriter> chunks, int... expected) {
        byte[] palette = decode(chunks.apply(palette()).end()).palette();
        for (int i = 0; i < expected.length; i++) {
            assertThat(palette[4 * i + 3] & 0xff).isEqualTo(expected[i]);
        }
    }

    private static void assertRefused(UnaryOperator<PngWriter> chunks, String detail) {
        assertRefused(chunks.apply(palette()).end(), detail);
    }

    private static void assertRefused(byte[] file, String detail) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).detail()).contains(detail);
    }

    private static Raster decode(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return ((Decoded) result).frames().get(0);
    }
}
