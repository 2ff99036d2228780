package io.bulwark.imaging.parity;

import io.bulwark.imaging.png.PngWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** PNG: all colour types and depths, transparency, palettes, order of chunks, checksums, damage. */
final class PngFiles {

    private static final PngSource GRAY = PngSource.of(0, 8);
    private static final PngSource RGB = PngSource.of(2, 8);
    private static final PngSource PALETTE = PngSource.of(3, 4);
    private static final byte[] ALPHAS = {0, 60, (byte) 200, (byte) 255, 0, 30};

    private PngFiles() {}

    static List<ParityFile> all() {
        List<ParityFile> files = new ArrayList<>();
        kinds(files);
        transparency(files);
        palettes(files);
        checksums(files);
        damage(files);
        orientation(files);
        return files;
    }

    private static void kinds(List<ParityFile> files) {
        int[][] kinds = {
            {0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16},
            {6, 8}, {6, 16}
        };
        for (int[] kind : kinds) {
            PngSource source = PngSource.of(kind[0], kind[1]);
            String name = "png-type" + kind[0] + "-" + kind[1] + "bit";
            files.add(ParityFile.lossless(name + ".png", source.file()));
            files.add(ParityFile.lossless(
                    name + "-interlaced.png", source.interlace().file()));
        }
    }

    private static void transparency(List<ParityFile> files) {
        byte[] gray = {0, 120};
        int middle = 0xffff * 22 / 44;
        byte[] gray16 = {(byte) (middle >> 8), (byte) middle};
        byte[] indices = PALETTE.rows();
        // The colour of one pixel: the fifth of the fourth row.
        byte[] rows = RGB.rows();
        int at = 3 * (1 + 3 * RGB.width()) + 1 + 3 * 4;
        byte[] rgb = {0, rows[at], 0, rows[at + 1], 0, rows[at + 2]};
        add(files, "key-gray8", GRAY.begin().chunk("tRNS", gray).rows(GRAY.rows()));
        add(
                files,
                "key-gray2",
                of(0, 2).begin().chunk("tRNS", new byte[] {0, 2}).rows(of(0, 2).rows()));
        add(
                files,
                "key-gray1",
                of(0, 1).begin().chunk("tRNS", new byte[] {0, 1}).rows(of(0, 1).rows()));
        add(
                files,
                "key-gray16",
                of(0, 16).begin().chunk("tRNS", gray16).rows(of(0, 16).rows()));
        add(
                files,
                "key-high-byte",
                GRAY.begin().chunk("tRNS", new byte[] {1, 120}).rows(GRAY.rows()));
        files.add(file(
                        "key-gray2-high-bits",
                        of(0, 2).begin().chunk("tRNS", new byte[] {0, 6}).rows(of(0, 2).rows()))
                .refused());
        add(files, "key-rgb8", RGB.begin().chunk("tRNS", rgb).rows(rows));
        add(
                files,
                "key-rgb16",
                of(2, 16).begin().chunk("tRNS", rgb16()).rows(of(2, 16).rows()));
        files.add(file("key-short", GRAY.begin().chunk("tRNS", new byte[] {120}).rows(GRAY.rows()))
                .refused());
        files.add(file(
                        "key-long",
                        GRAY.begin().chunk("tRNS", new byte[] {0, 120, 0}).rows(GRAY.rows()))
                .refused());
        add(files, "key-after-data", GRAY.begin().rows(GRAY.rows()).chunk("tRNS", gray));
        add(
                files,
                "key-doubled",
                GRAY.begin()
                        .chunk("tRNS", gray)
                        .chunk("tRNS", new byte[] {0, 0})
                        .rows(GRAY.rows()));
        add(files, "key-damaged", GRAY.begin().damagedChunk("tRNS", gray).rows(GRAY.rows()));
        add(files, "key-beside-alpha", of(6, 8).begin().chunk("tRNS", rgb).rows(of(6, 8).rows()));
        add(files, "alphas", PALETTE.beginWithPalette().chunk("tRNS", ALPHAS).rows(indices));
        add(
                files,
                "alphas-1bit",
                of(3, 1).beginWithPalette().chunk("tRNS", new byte[] {0}).rows(of(3, 1).rows()));
        files.add(file(
                        "alphas-too-many",
                        PALETTE.beginWithPalette().chunk("tRNS", new byte[20]).rows(indices))
                .refused());
        add(
                files,
                "alphas-none",
                PALETTE.beginWithPalette().chunk("tRNS", new byte[0]).rows(indices));
        add(
                files,
                "alphas-before-palette",
                begin(PALETTE)
                        .chunk("tRNS", ALPHAS)
                        .chunk("PLTE", PngSource.palette(16))
                        .rows(indices));
        add(
                files,
                "alphas-all-before-palette",
                begin(PALETTE)
                        .chunk("tRNS", new byte[16])
                        .chunk("PLTE", PngSource.palette(16))
                        .rows(indices));
        add(files, "alphas-after-data", PALETTE.beginWithPalette().rows(indices).chunk("tRNS", new byte[16]));
        add(
                files,
                "alphas-doubled",
                PALETTE.beginWithPalette()
                        .chunk("tRNS", ALPHAS)
                        .chunk("tRNS", new byte[16])
                        .rows(indices));
        add(
                files,
                "alphas-damaged",
                PALETTE.beginWithPalette().damagedChunk("tRNS", new byte[16]).rows(indices));
        add(
                files,
                "alphas-damaged-then-whole",
                PALETTE.beginWithPalette()
                        .damagedChunk("tRNS", new byte[16])
                        .chunk("tRNS", ALPHAS)
                        .rows(indices));
    }

    private static byte[] rgb16() {
        byte[] rows = of(2, 16).rows();
        int at = 3 * (1 + 6 * PngSource.WIDTH) + 1 + 6 * 4;
        return Arrays.copyOfRange(rows, at, at + 6);
    }

    private static void palettes(List<ParityFile> files) {
        byte[] indices = PALETTE.rows();
        byte[] whole = PngSource.palette(16);
        byte[] other = new byte[48];
        files.add(file(
                        "palette-short",
                        begin(PALETTE).chunk("PLTE", PngSource.palette(5)).rows(indices))
                .refused());
        files.add(file(
                "palette-too-long",
                begin(PALETTE).chunk("PLTE", PngSource.palette(40)).rows(indices)));
        files.add(file(
                        "palette-no-multiple-of-3",
                        begin(PALETTE).chunk("PLTE", Arrays.copyOf(whole, 47)).rows(indices))
                .refused());
        files.add(file("palette-missing", begin(PALETTE).rows(indices)).notShown());
        files.add(
                file("palette-empty", begin(PALETTE).chunk("PLTE", new byte[0]).rows(indices))
                        .notShown());
        files.add(file("palette-after-data", begin(PALETTE).rows(indices).chunk("PLTE", whole))
                .notShown());
        add(
                files,
                "palette-again-after-data",
                begin(PALETTE).chunk("PLTE", whole).rows(indices).chunk("PLTE", other));
        files.add(file(
                        "palette-doubled",
                        begin(PALETTE).chunk("PLTE", whole).chunk("PLTE", other).rows(indices))
                .notShown());
        files.add(file(
                        "palette-damaged",
                        begin(PALETTE).damagedChunk("PLTE", whole).rows(indices))
                .notShown());
        files.add(file(
                        "palette-damaged-then-whole",
                        begin(PALETTE)
                                .damagedChunk("PLTE", other)
                                .chunk("PLTE", whole)
                                .rows(indices))
                .notShown());
        add(files, "palette-of-rgb", RGB.begin().chunk("PLTE", whole).rows(RGB.rows()));
        add(files, "palette-of-gray", GRAY.begin().chunk("PLTE", whole).rows(GRAY.rows()));
    }

    private static void checksums(List<ParityFile> files) {
        byte[] data = PngWriter.deflate(GRAY.rows());
        files.add(file("data-damaged", GRAY.begin().damagedChunk("IDAT", data)).refused());
        add(
                files,
                "gamma-damaged",
                GRAY.begin()
                        .damagedChunk("gAMA", new byte[] {0, 1, (byte) 0x86, (byte) 0xa0})
                        .rows(GRAY.rows()));
        byte[] header = GRAY.file();
        header[32] ^= 1;
        files.add(ParityFile.lossless("png-header-damaged.png", header).notShown());
        byte[] end = GRAY.file();
        end[end.length - 1] ^= 1;
        files.add(ParityFile.lossless("png-end-damaged.png", end));
        byte[] checksum = data.clone();
        checksum[checksum.length - 1] ^= 1;
        files.add(file("zlib-checksum-wrong", GRAY.begin().chunk("IDAT", checksum))
                .refused());
    }

    private static void damage(List<ParityFile> files) {
        byte[] rows = RGB.rows();
        byte[] data = PngWriter.deflate(rows);
        byte[] first = Arrays.copyOf(data, data.length / 2);
        byte[] rest = Arrays.copyOfRange(data, first.length, data.length);
        add(
                files,
                "data-in-parts",
                RGB.begin().chunk("IDAT", first).chunk("IDAT", new byte[0]).chunk("IDAT", rest));
        files.add(file(
                        "data-interrupted",
                        RGB.begin()
                                .chunk("IDAT", first)
                                .chunk("tEXt", new byte[] {'a', 0, 'b'})
                                .chunk("IDAT", rest))
                .refused());
        add(files, "data-too-long", RGB.begin().rows(Arrays.copyOf(rows, rows.length + 5000)));
        add(files, "data-again", RGB.begin().rows(rows).rows(new byte[rows.length]));
        files.add(file("rows-missing", RGB.begin().rows(Arrays.copyOf(rows, rows.length / 2)))
                .refused());
        byte[] whole = RGB.file();
        files.add(ParityFile.lossless("png-truncated.png", Arrays.copyOf(whole, whole.length * 2 / 3))
                .refused());
        files.add(ParityFile.lossless(
                        "png-without-end.png", RGB.begin().rows(rows).soFar())
                .refused());
        files.add(ParityFile.lossless("png-with-more-behind.png", Arrays.copyOf(whole, whole.length + 999)));
        byte[] filter = rows.clone();
        filter[5 * (1 + 3 * RGB.width())] = 9;
        files.add(file("filter-unknown", RGB.begin().rows(filter)).refused());
        files.add(file(
                        "critical-chunk-unknown",
                        RGB.begin().chunk("BULW", new byte[4]).rows(rows))
                .notShown());
        files.add(file(
                        "header-doubled",
                        RGB.begin().chunk("IHDR", header(RGB, 40, 20)).rows(rows))
                .notShown());
        files.add(file("type-5", new PngWriter(8, 8, 8, 5, false).rows(new byte[72]))
                .notShown());
    }

    private static byte[] header(PngSource source, int width, int height) {
        byte[] header = Arrays.copyOfRange(source.file(), 16, 29);
        header[3] = (byte) width;
        header[7] = (byte) height;
        return header;
    }

    private static void orientation(List<ParityFile> files) {
        byte[] turned = ExifBlocks.orientation(6);
        add(files, "exif-before-data", RGB.begin().chunk("eXIf", turned).rows(RGB.rows()));
        add(files, "exif-after-data", RGB.begin().rows(RGB.rows()).chunk("eXIf", turned));
        add(files, "exif-damaged", RGB.begin().damagedChunk("eXIf", turned).rows(RGB.rows()));
        add(
                files,
                "exif-doubled",
                RGB.begin()
                        .chunk("eXIf", turned)
                        .chunk("eXIf", ExifBlocks.orientation(3))
                        .rows(RGB.rows()));
        ByteArrayOutputStream prefixed = new ByteArrayOutputStream();
        prefixed.writeBytes(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        prefixed.writeBytes(turned);
        add(
                files,
                "exif-with-prefix",
                RGB.begin().chunk("eXIf", prefixed.toByteArray()).rows(RGB.rows()));
    }

    private static PngSource of(int colourType, int bitDepth) {
        return PngSource.of(colourType, bitDepth);
    }

    private static PngWriter begin(PngSource source) {
        return source.begin();
    }

    private static void add(List<ParityFile> files, String name, PngWriter png) {
        files.add(file(name, png));
    }

    private static ParityFile file(String name, PngWriter png) {
        return ParityFile.lossless("png-" + name + ".png", png.end());
    }
}
