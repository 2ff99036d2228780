package io.bulwark.imaging.hostile;

import io.bulwark.imaging.webp.CodeTableBomb;
import java.util.Map;
import java.util.function.Supplier;

/** WebP files. */
final class HostileWebps {

    private HostileWebps() {}

    static void addTo(Map<String, Supplier<byte[]>> corpus) {
        corpus.put("webp of 268 megapixels, lossy", () -> riff(lossy(16_383, 16_383)));
        corpus.put("webp of 49 megapixels, lossy", () -> riff(lossy(7_000, 7_000)));
        corpus.put("webp of 268 megapixels, lossless", () -> riff(lossless(16_384, 16_384, 5)));
        corpus.put("webp of 49 megapixels, lossless", () -> riff(lossless(7_000, 7_000, 6)));
        corpus.put("webp of 40960 code tables", CodeTableBomb::file);
        corpus.put("webp of lossless noise", () -> riff(lossless(500, 500, 7)));
        corpus.put(
                "webp whose canvas is not its picture",
                () -> riff(
                        chunk(
                                "VP8X",
                                new Bytes()
                                        .u32LittleEndian(0)
                                        .u24LittleEndian(9)
                                        .u24LittleEndian(9)
                                        .end()),
                        lossless(4_000, 4_000, 8)));
        corpus.put(
                "webp of 300000 frames",
                () -> riff(
                        chunk(
                                "VP8X",
                                new Bytes()
                                        .u32LittleEndian(2)
                                        .u24LittleEndian(9)
                                        .u24LittleEndian(9)
                                        .end()),
                        chunk("ANIM", new byte[6]),
                        new Bytes().times(300_000, chunk("ANMF", new byte[16])).end()));
        corpus.put(
                "webp of a million empty chunks",
                () -> riff(
                        new Bytes().times(1_000_000, chunk("JUNK", new byte[0])).end(), lossless(10, 10, 9)));
        corpus.put(
                "webp with a chunk of four gigabytes",
                () -> riff(new Bytes()
                        .text("VP8L")
                        .u32LittleEndian(0xffffffffL)
                        .u8(0x2f)
                        .end()));
        corpus.put(
                "webp without a picture",
                () -> riff(chunk(
                        "VP8X",
                        new Bytes()
                                .u32LittleEndian(0)
                                .u24LittleEndian(9)
                                .u24LittleEndian(9)
                                .end())));
        corpus.put(
                "webp whose alpha is noise",
                () -> riff(
                        chunk(
                                "VP8X",
                                new Bytes()
                                        .u32LittleEndian(16)
                                        .u24LittleEndian(99)
                                        .u24LittleEndian(99)
                                        .end()),
                        chunk("ALPH", HostileCorpus.noise(2_000, 10)),
                        lossy(100, 100)));
        corpus.put(
                "webp of a header alone",
                () -> new Bytes().text("RIFF").u32LittleEndian(4).text("WEBP").end());
    }

    private static byte[] riff(byte[]... chunks) {
        Bytes body = new Bytes().text("WEBP");
        for (byte[] chunk : chunks) {
            body.bytes(chunk);
        }
        return new Bytes()
                .text("RIFF")
                .u32LittleEndian(body.size())
                .bytes(body.end())
                .end();
    }

    private static byte[] chunk(String type, byte[] data) {
        Bytes chunk = new Bytes().text(type).u32LittleEndian(data.length).bytes(data);
        return data.length % 2 == 0 ? chunk.end() : chunk.u8(0).end();
    }

    /** A key frame's header, and noise. */
    private static byte[] lossy(int width, int height) {
        return chunk(
                "VP8 ",
                new Bytes()
                        .u8(0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a)
                        .u16LittleEndian(width)
                        .u16LittleEndian(height)
                        .bytes(HostileCorpus.noise(1_000, 11))
                        .end());
    }

    /** The header of a lossless picture, and noise. */
    private static byte[] lossless(int width, int height, int seed) {
        return chunk(
                "VP8L",
                new Bytes()
                        .u8(0x2f)
                        .u32LittleEndian((width - 1) | (long) (height - 1) << 14)
                        .bytes(HostileCorpus.noise(3_000, seed))
                        .end());
    }
}
