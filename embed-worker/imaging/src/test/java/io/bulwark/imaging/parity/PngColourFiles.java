package io.bulwark.imaging.parity;

import io.bulwark.imaging.png.PngWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** PNG: what says which colours the samples are. */
final class PngColourFiles {

    private static final PngSource RGB = PngSource.of(2, 8);
    private static final byte[] SRGB = {0};
    private static final byte[] SRGB_GAMMA = gamma(0.45455);
    private static final byte[] LINEAR = gamma(1);
    private static final byte[] SRGB_COLOURS = chromaticities(.3127, .3290, .64, .33, .30, .60, .15, .06);
    private static final byte[] P3_COLOURS = chromaticities(.3127, .3290, .680, .320, .265, .690, .150, .060);
    private static final byte[] SWAPPED_COLOURS = chromaticities(.3127, .3290, .15, .06, .30, .60, .64, .33);

    private PngColourFiles() {}

    static List<ParityFile> all() {
        List<ParityFile> files = new ArrayList<>();
        gamma(files);
        profiles(files);
        codePoints(files);
        return files;
    }

    private static void gamma(List<ParityFile> files) {
        add(files, "gamma-of-srgb", RGB.begin().chunk("gAMA", SRGB_GAMMA).rows(RGB.rows()));
        add(files, "gamma-linear", RGB.begin().chunk("gAMA", LINEAR).rows(RGB.rows()));
        add(files, "gamma-dark", RGB.begin().chunk("gAMA", gamma(0.2)).rows(RGB.rows()));
        add(files, "gamma-tiny", RGB.begin().chunk("gAMA", gamma(0.001)).rows(RGB.rows()));
        add(files, "gamma-zero", RGB.begin().chunk("gAMA", new byte[4]).rows(RGB.rows()));
        add(files, "gamma-huge", RGB.begin().chunk("gAMA", gamma(20_000)).rows(RGB.rows()));
        add(files, "gamma-short", RGB.begin().chunk("gAMA", new byte[] {0, 1}).rows(RGB.rows()));
        add(
                files,
                "gamma-doubled",
                RGB.begin().chunk("gAMA", SRGB_GAMMA).chunk("gAMA", LINEAR).rows(RGB.rows()));
        add(files, "gamma-after-data", RGB.begin().rows(RGB.rows()).chunk("gAMA", LINEAR));
        add(files, "colours-alone", RGB.begin().chunk("cHRM", P3_COLOURS).rows(RGB.rows()));
        add(
                files,
                "colours-swapped-alone",
                RGB.begin().chunk("cHRM", SWAPPED_COLOURS).rows(RGB.rows()));
        add(
                files,
                "colours-p3",
                RGB.begin().chunk("gAMA", SRGB_GAMMA).chunk("cHRM", P3_COLOURS).rows(RGB.rows()));
        add(
                files,
                "colours-srgb",
                RGB.begin()
                        .chunk("cHRM", SRGB_COLOURS)
                        .chunk("gAMA", SRGB_GAMMA)
                        .rows(RGB.rows()));
        add(
                files,
                "colours-swapped",
                RGB.begin()
                        .chunk("gAMA", SRGB_GAMMA)
                        .chunk("cHRM", SWAPPED_COLOURS)
                        .rows(RGB.rows()));
        add(
                files,
                "colours-impossible",
                RGB.begin()
                        .chunk("gAMA", SRGB_GAMMA)
                        .chunk("cHRM", new byte[32])
                        .rows(RGB.rows()));
        add(
                files,
                "srgb-over-gamma",
                RGB.begin().chunk("gAMA", LINEAR).chunk("sRGB", SRGB).rows(RGB.rows()));
        add(
                files,
                "srgb-before-gamma",
                RGB.begin().chunk("sRGB", SRGB).chunk("gAMA", LINEAR).rows(RGB.rows()));
        add(
                files,
                "srgb-unknown-intent",
                RGB.begin().chunk("gAMA", LINEAR).chunk("sRGB", new byte[] {9}).rows(RGB.rows()));
        add(
                files,
                "srgb-after-data",
                RGB.begin().chunk("gAMA", LINEAR).rows(RGB.rows()).chunk("sRGB", SRGB));
        for (int[] kind : new int[][] {{0, 8}, {0, 16}, {0, 2}, {3, 4}, {2, 16}, {4, 8}, {6, 8}}) {
            PngSource source = PngSource.of(kind[0], kind[1]);
            String name = "gamma-linear-type" + kind[0] + "-" + kind[1] + "bit";
            add(files, name, start(source, "gAMA", LINEAR).rows(source.rows()));
        }
        PngSource palette = PngSource.of(3, 4);
        add(
                files,
                "gamma-after-palette",
                palette.beginWithPalette().chunk("gAMA", LINEAR).rows(palette.rows()));
        PngSource gray = PngSource.of(0, 8);
        add(
                files,
                "gamma-linear-gray-key",
                start(gray, "gAMA", LINEAR).chunk("tRNS", new byte[] {0, 120}).rows(gray.rows()));
    }

    private static void profiles(List<ParityFile> files) {
        add(
                files,
                "profile-srgb",
                RGB.begin().chunk("iCCP", icc(IccProfiles.srgb())).rows(RGB.rows()));
        add(
                files,
                "profile-p3",
                RGB.begin().chunk("iCCP", icc(IccProfiles.displayP3())).rows(RGB.rows()));
        add(
                files,
                "profile-dark",
                RGB.begin().chunk("iCCP", icc(IccProfiles.gamma(3.5))).rows(RGB.rows()));
        add(
                files,
                "profile-swapped",
                RGB.begin().chunk("iCCP", icc(IccProfiles.swapped())).rows(RGB.rows()));
        files.add(ParityFile.lookup(
                "png-profile-table.png",
                RGB.begin()
                        .chunk("iCCP", icc(IccProfiles.swappedByTable()))
                        .rows(RGB.rows())
                        .end()));
        add(
                files,
                "profile-over-srgb",
                RGB.begin()
                        .chunk("sRGB", SRGB)
                        .chunk("iCCP", icc(IccProfiles.swapped()))
                        .rows(RGB.rows()));
        byte[] named = icc(IccProfiles.swapped());
        for (int length : new int[] {79, 80, 200}) {
            byte[] chunk = ByteBuffer.allocate(length - 4 + named.length)
                    .put("n".repeat(length - 4).getBytes(StandardCharsets.US_ASCII))
                    .put(named)
                    .array();
            ParityFile file = ParityFile.lossless(
                    "png-profile-name-of-" + length + ".png",
                    RGB.begin().chunk("iCCP", chunk).rows(RGB.rows()).end());
            // Chromium takes 80 letters and not 200, libpng no more than 79.
            files.add(length == 79 ? file : file.refused());
        }
        add(
                files,
                "profile-before-srgb",
                RGB.begin()
                        .chunk("iCCP", icc(IccProfiles.swapped()))
                        .chunk("sRGB", SRGB)
                        .rows(RGB.rows()));
        add(
                files,
                "profile-over-gamma",
                RGB.begin()
                        .chunk("gAMA", LINEAR)
                        .chunk("iCCP", icc(IccProfiles.swapped()))
                        .rows(RGB.rows()));
        add(
                files,
                "profile-doubled",
                RGB.begin()
                        .chunk("iCCP", icc(IccProfiles.srgb()))
                        .chunk("iCCP", icc(IccProfiles.swapped()))
                        .rows(RGB.rows()));
        add(files, "profile-after-data", RGB.begin().rows(RGB.rows()).chunk("iCCP", icc(IccProfiles.swapped())));
        add(
                files,
                "profile-damaged",
                RGB.begin().damagedChunk("iCCP", icc(IccProfiles.swapped())).rows(RGB.rows()));
        add(
                files,
                "profile-short",
                RGB.begin()
                        .chunk("iCCP", icc(Arrays.copyOf(IccProfiles.swapped(), 200)))
                        .rows(RGB.rows()));
        add(
                files,
                "profile-no-profile",
                RGB.begin().chunk("iCCP", icc(new byte[300])).rows(RGB.rows()));
        add(
                files,
                "profile-of-gray",
                RGB.begin().chunk("iCCP", icc(IccProfiles.gray(1))).rows(RGB.rows()));
        add(
                files,
                "profile-of-inks",
                RGB.begin().chunk("iCCP", icc(IccProfiles.swappedInks())).rows(RGB.rows()));
        PngSource gray = PngSource.of(0, 8);
        add(
                files,
                "profile-gray",
                gray.begin().chunk("iCCP", icc(IccProfiles.gray(1))).rows(gray.rows()));
        add(
                files,
                "profile-rgb-of-gray",
                gray.begin().chunk("iCCP", icc(IccProfiles.gamma(1))).rows(gray.rows()));
        for (int[] kind : new int[][] {{3, 4}, {2, 16}, {6, 8}, {6, 16}}) {
            PngSource source = PngSource.of(kind[0], kind[1]);
            String name = "profile-swapped-type" + kind[0] + "-" + kind[1] + "bit";
            add(files, name, start(source, "iCCP", icc(IccProfiles.swapped())).rows(source.rows()));
        }
    }

    private static void codePoints(List<ParityFile> files) {
        add(
                files,
                "cicp-srgb",
                RGB.begin().chunk("cICP", new byte[] {1, 13, 0, 1}).rows(RGB.rows()));
        add(
                files,
                "cicp-p3",
                RGB.begin().chunk("cICP", new byte[] {12, 13, 0, 1}).rows(RGB.rows()));
        add(
                files,
                "cicp-linear",
                RGB.begin().chunk("cICP", new byte[] {1, 8, 0, 1}).rows(RGB.rows()));
        add(
                files,
                "cicp-2020",
                RGB.begin().chunk("cICP", new byte[] {9, 1, 0, 1}).rows(RGB.rows()));
        files.add(ParityFile.lossy(
                        "png-cicp-pq.png",
                        RGB.begin()
                                .chunk("cICP", new byte[] {9, 16, 0, 1})
                                .rows(RGB.rows())
                                .end())
                .refused());
        files.add(ParityFile.lossy(
                        "png-cicp-hlg.png",
                        RGB.begin()
                                .chunk("cICP", new byte[] {9, 18, 0, 1})
                                .rows(RGB.rows())
                                .end())
                .refused());
        add(
                files,
                "cicp-narrow",
                RGB.begin().chunk("cICP", new byte[] {1, 13, 0, 0}).rows(RGB.rows()));
        add(
                files,
                "cicp-unknown",
                RGB.begin().chunk("cICP", new byte[] {77, 77, 0, 1}).rows(RGB.rows()));
        add(
                files,
                "cicp-over-profile",
                RGB.begin()
                        .chunk("cICP", new byte[] {1, 13, 0, 1})
                        .chunk("iCCP", icc(IccProfiles.swapped()))
                        .rows(RGB.rows()));
        add(files, "cicp-after-data", RGB.begin().rows(RGB.rows()).chunk("cICP", new byte[] {1, 8, 0, 1}));
    }

    /** A file whose chunk stands before the palette, if there is one. */
    private static PngWriter start(PngSource source, String type, byte[] data) {
        PngWriter png = source.begin().chunk(type, data);
        return source.colourType() == 3 ? png.chunk("PLTE", PngSource.palette(1 << source.bitDepth())) : png;
    }

    private static byte[] gamma(double value) {
        return ByteBuffer.allocate(4).putInt((int) Math.round(value * 100_000)).array();
    }

    /** White, red, green, blue. */
    private static byte[] chromaticities(double... xy) {
        ByteBuffer data = ByteBuffer.allocate(32);
        for (double value : xy) {
            data.putInt((int) Math.round(value * 100_000));
        }
        return data.array();
    }

    private static byte[] icc(byte[] profile) {
        byte[] packed = PngWriter.deflate(profile);
        return ByteBuffer.allocate(6 + packed.length)
                .put("test\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(packed)
                .array();
    }

    private static void add(List<ParityFile> files, String name, PngWriter png) {
        files.add(ParityFile.lossless("png-" + name + ".png", png.end()));
    }
}
