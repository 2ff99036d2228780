package io.bulwark.imaging.hostile;

import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.gif.GifWriter;
import java.util.Map;
import java.util.function.Supplier;

/** GIF files. */
final class HostileGifs {

    private HostileGifs() {}

    static void addTo(Map<String, Supplier<byte[]>> corpus) {
        corpus.put("gif of 583333 frames", HostileGifs::frameFlood);
        corpus.put("gif of 3000 frames that undo a large screen", HostileGifs::undoing);
        corpus.put(
                "gif of a screen of 4 gigapixels",
                () -> header(65_535, 65_535).u8(0x3b).end());
        corpus.put("gif of 40 frames of 12 megapixels", () -> HostileImages.gifBomb(3_500, 40));
        corpus.put("gif of 49 megapixels", () -> HostileImages.gifBomb(7_000, 1));
        corpus.put("gif whose frames lie outside its screen", HostileGifs::outside);
        corpus.put(
                "gif without a palette",
                () -> new Bytes()
                        .text("GIF89a")
                        .u16LittleEndian(10)
                        .u16LittleEndian(10)
                        .u8(0, 0, 0)
                        .bytes(image(10, 10))
                        .u8(0x3b)
                        .end());
        corpus.put(
                "gif of a million comment blocks",
                () -> header(10, 10)
                        .times(1_000_000, (byte) 0x21, (byte) 0xfe, (byte) 0)
                        .bytes(image(10, 10))
                        .u8(0x3b)
                        .end());
        corpus.put(
                "gif of a million one-byte blocks",
                () -> header(10, 10)
                        .u8(0x21, 0xfe)
                        .times(1_000_000, (byte) 1, (byte) 'x')
                        .u8(0)
                        .bytes(image(10, 10))
                        .u8(0x3b)
                        .end());
        corpus.put(
                "gif whose codes never end",
                () -> header(100, 100)
                        .u8(0x2c, 0, 0, 0, 0, 100, 0, 100, 0, 0, 2)
                        .times(20_000, (byte) 4, (byte) 0x44, (byte) 0x44, (byte) 0x44, (byte) 0x44)
                        .u8(0, 0x3b)
                        .end());
        corpus.put(
                "gif of code size 200",
                () -> header(10, 10)
                        .u8(0x2c, 0, 0, 0, 0, 10, 0, 10, 0, 0, 200, 2, 1, 1, 0, 0x3b)
                        .end());
        corpus.put("gif cut in a frame", () -> HostilePngs.cut(HostileImages.animatedGif(40, 40, 12), 0.6));
        corpus.put(
                "gif of random codes",
                () -> header(200, 200)
                        .u8(0x2c, 0, 0, 0, 0, 200, 0, 200, 0, 0, 8, 255)
                        .bytes(HostileCorpus.noise(255, 2))
                        .u8(0, 0x3b)
                        .end());
        corpus.put("gif of a header alone", () -> "GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static Bytes header(int width, int height) {
        return new Bytes()
                .text("GIF89a")
                .u16LittleEndian(width)
                .u16LittleEndian(height)
                .u8(0x80, 0, 0)
                .u8(0, 0, 0, 255, 255, 255);
    }

    /** One frame of the first colour. */
    private static byte[] image(int width, int height) {
        byte[] whole = new GifWriter(width, height).plain(width, height, 0, 0).end();
        int start = 13 + 12 + 8;
        return new Bytes().bytes(whole, start, whole.length - 1).end();
    }

    /** Twelve bytes a frame: an image of one pixel whose data is empty. */
    private static byte[] frameFlood() {
        Bytes gif = new Bytes()
                .text("GIF89a")
                .u16LittleEndian(1)
                .u16LittleEndian(1)
                .u8(0xf7, 0, 0)
                .times(256 * 3, (byte) 9);
        gif.times(
                583_333,
                (byte) 0x2c,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 1,
                (byte) 0,
                (byte) 1,
                (byte) 0,
                (byte) 0,
                (byte) 2,
                (byte) 0);
        return gif.u8(0x3b).end();
    }

    /** Each frame is one pixel, and each has the whole screen put back. */
    private static byte[] undoing() {
        GifWriter gif = new GifWriter(4_000, 4_000);
        for (int i = 0; i < 3_000; i++) {
            gif.frame(i % 4_000, 0, 1, 1, -1, 3, false, new byte[] {(byte) (i % 4)});
        }
        return gif.end();
    }

    private static byte[] outside() {
        return new GifWriter(20, 20)
                .frame(30_000, 30_000, 10, 10, -1, 2, false, new byte[100])
                .frame(15, 15, 10, 10, -1, 3, true, new byte[100])
                .end();
    }
}
