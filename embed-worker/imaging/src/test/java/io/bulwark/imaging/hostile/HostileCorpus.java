package io.bulwark.imaging.hostile;

import io.bulwark.imaging.HostileImages;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** All of them, by what they are. Each is made on request, the same each time. */
public final class HostileCorpus {

    private HostileCorpus() {}

    /** What is to be had, in an order that does not change. */
    public static Map<String, Supplier<byte[]>> files() {
        Map<String, Supplier<byte[]>> corpus = new LinkedHashMap<>();
        HostilePngs.addTo(corpus);
        HostileGifs.addTo(corpus);
        HostileJpegs.addTo(corpus);
        HostileWebps.addTo(corpus);
        HostileHeifs.addTo(corpus);
        corpus.put("nothing", () -> new byte[0]);
        corpus.put("one byte", () -> new byte[1]);
        corpus.put("HTML", HostileImages::html);
        corpus.put("SVG", HostileImages::svg);
        corpus.put("noise", () -> noise(100_000, 12));
        corpus.put(
                "a program",
                () -> new Bytes().u8(0x7f).text("ELF").bytes(noise(10_000, 13)).end());
        corpus.put("a PDF", () -> text("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"));
        corpus.put("a BMP", () -> new Bytes().text("BM").bytes(noise(1_000, 14)).end());
        corpus.put(
                "a TIFF",
                () -> new Bytes().text("II").u8(42, 0).bytes(noise(1_000, 15)).end());
        corpus.put(
                "an archive",
                () -> new Bytes().text("PK").u8(3, 4).bytes(noise(1_000, 16)).end());
        corpus.put(
                "a HEIC header",
                () -> new Bytes()
                        .u32(24)
                        .text("ftypheic")
                        .bytes(noise(1_000, 17))
                        .end());
        corpus.put(
                "an AVIF header",
                () -> new Bytes()
                        .u32(24)
                        .text("ftypavif")
                        .bytes(noise(1_000, 18))
                        .end());
        return Collections.unmodifiableMap(corpus);
    }

    static byte[] noise(int length, int seed) {
        byte[] noise = new byte[length];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    private static byte[] text(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
