package io.bulwark.imaging.hostile;

import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.png.PngWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/** PNG files. */
final class HostilePngs {

    private static final int FLOOD = 250_000;

    private HostilePngs() {}

    static void addTo(Map<String, Supplier<byte[]>> corpus) {
        corpus.put("png of 400 megapixels", HostileImages::hugePng);
        corpus.put("png of one row", () -> zeros(50_000_000, 1, 8, 0, 1, false));
        corpus.put("png of one column", () -> zeros(1, 65_535, 8, 0, 1, false));
        corpus.put("png of 49 megapixels in RGBA", () -> zeros(7_000, 7_000, 8, 6, 4, false));
        corpus.put("png of 49 megapixels in 16-bit RGBA", () -> zeros(7_000, 7_000, 16, 6, 8, false));
        corpus.put("png of 49 interlaced megapixels", () -> zeros(7_000, 7_000, 8, 2, 3, true));
        corpus.put(
                "png whose data goes on for 256 megabytes",
                () -> new PngWriter(10, 10, 8, 2, false)
                        .chunk("IDAT", PngWriter.deflatedZeros(1L << 28))
                        .end());
        corpus.put("png of " + FLOOD + " empty data chunks", () -> flood("IDAT", new byte[0]));
        corpus.put("png of " + FLOOD + " one-byte data chunks", () -> flood("IDAT", new byte[1]));
        corpus.put("png of " + FLOOD + " text chunks", () -> flood("tEXt", new byte[4]));
        corpus.put("png of " + FLOOD + " frames", HostilePngs::frameFlood);
        corpus.put("png with a compressed text of 256 megabytes", () -> compressed("zTXt"));
        corpus.put("png with a colour profile of 256 megabytes", () -> compressed("iCCP"));
        corpus.put("png cut in its data", () -> cut(HostileImages.png(300, 200), 0.7));
        corpus.put("png cut in its header", () -> Arrays.copyOf(HostileImages.png(30, 20), 20));
        corpus.put("png with a wrong checksum", HostilePngs::wrongChecksum);
        corpus.put("png without data", () -> new PngWriter(10, 10, 8, 2, false).end());
        corpus.put(
                "png without its palette",
                () -> new PngWriter(10, 10, 8, 3, false).rows(new byte[110]).end());
        corpus.put("png with indices beyond its palette", HostilePngs::beyondPalette);
        corpus.put(
                "png with a palette of 257 entries",
                () -> new PngWriter(10, 10, 8, 3, false)
                        .chunk("PLTE", new byte[257 * 3])
                        .rows(new byte[110])
                        .end());
        corpus.put("png with unknown filters", HostilePngs::unknownFilters);
        corpus.put(
                "png of 3 bits",
                () -> new PngWriter(10, 10, 3, 0, false).rows(new byte[60]).end());
        corpus.put(
                "png of no width",
                () -> new PngWriter(0, 10, 8, 2, false).rows(new byte[10]).end());
        corpus.put(
                "png of negative width",
                () -> new PngWriter(-1, 10, 8, 2, false).rows(new byte[10]).end());
        corpus.put(
                "png with a chunk of four gigabytes",
                () -> new Bytes()
                        .bytes(HostileImages.png(10, 10), 0, 33)
                        .u32(0xffffffffL)
                        .text("IDAT")
                        .end());
        corpus.put(
                "png with an EXIF block that refers to itself",
                () -> new PngWriter(10, 10, 8, 2, false)
                        .chunk("eXIf", HostileJpegs.selfReferringExif())
                        .rows(new byte[310])
                        .end());
        corpus.put(
                "png of random deflate data",
                () -> new PngWriter(100, 100, 8, 2, false)
                        .chunk("IDAT", HostileCorpus.noise(5_000, 1))
                        .end());
    }

    private static byte[] zeros(int width, int height, int bits, int type, int bytes, boolean interlaced) {
        return new PngWriter(width, height, bits, type, interlaced)
                .chunk(
                        "IDAT",
                        PngWriter.deflatedZeros(((long) bytes * width + 1) * height + (interlaced ? 7L * height : 0)))
                .end();
    }

    private static byte[] flood(String type, byte[] data) {
        PngWriter png = new PngWriter(10, 10, 8, 2, false);
        for (int i = 0; i < FLOOD; i++) {
            png.chunk(type, data);
        }
        return png.rows(new byte[310]).end();
    }

    /** One chunk says how many frames there are, then as many say how large each is, without a pixel. */
    private static byte[] frameFlood() {
        byte[] frame = new Bytes()
                .u32(0)
                .u32(10)
                .u32(10)
                .u32(0)
                .u32(0)
                .u16(1)
                .u16(10)
                .u8(0, 0)
                .end();
        PngWriter png = new PngWriter(10, 10, 8, 2, false)
                .chunk("acTL", new Bytes().u32(FLOOD).u32(0).end())
                .rows(new byte[310]);
        for (int i = 0; i < FLOOD; i++) {
            png.chunk("fcTL", frame);
        }
        return png.end();
    }

    private static byte[] compressed(String type) {
        byte[] data = new Bytes()
                .text("name")
                .u8(0, 0)
                .bytes(PngWriter.deflatedZeros(1L << 28))
                .end();
        return new PngWriter(10, 10, 8, 2, false)
                .chunk(type, data)
                .rows(new byte[310])
                .end();
    }

    private static byte[] wrongChecksum() {
        byte[] png = HostileImages.png(30, 20);
        png[png.length - 13] ^= 1;
        return png;
    }

    private static byte[] beyondPalette() {
        byte[] rows = new byte[110];
        Arrays.fill(rows, (byte) 255);
        for (int y = 0; y < 10; y++) {
            rows[11 * y] = 0;
        }
        return new PngWriter(10, 10, 8, 3, false)
                .chunk("PLTE", new byte[6])
                .rows(rows)
                .end();
    }

    private static byte[] unknownFilters() {
        byte[] rows = new byte[310];
        Arrays.fill(rows, (byte) 77);
        return new PngWriter(10, 10, 8, 2, false).rows(rows).end();
    }

    static byte[] cut(byte[] file, double share) {
        return Arrays.copyOf(file, (int) (file.length * share));
    }
}
