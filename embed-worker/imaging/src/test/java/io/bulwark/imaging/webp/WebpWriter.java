package io.bulwark.imaging.webp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** Writes WebPs chunk by chunk, broken ones included; pictures are lossless and of one colour. */
public final class WebpWriter {

    public static final int ANIMATION = 2;
    public static final int EXIF = 8;
    public static final int ALPHA = 16;

    /** Flags of an animation's frame. */
    public static final int CLEARED = 1;

    public static final int REPLACES = 2;

    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();

    public WebpWriter chunk(String type, byte[] data) {
        chunks.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
        chunks.writeBytes(little(4).putInt(data.length).array());
        chunks.writeBytes(data);
        if (data.length % 2 == 1) {
            chunks.write(0);
        }
        return this;
    }

    /** The header of an extended file. */
    public WebpWriter extended(int width, int height, int flags) {
        return chunk(
                "VP8X",
                little(10)
                        .putInt(flags)
                        .put(u24(width - 1))
                        .put(u24(height - 1))
                        .array());
    }

    /** The header of an animation. */
    public WebpWriter animation(int repetitions) {
        return chunk("ANIM", little(6).putInt(-1).putShort((short) repetitions).array());
    }

    /** A frame; its place is even. */
    public WebpWriter frame(int left, int top, int width, int height, int millis, int flags, WebpWriter content) {
        byte[] data = content.chunks.toByteArray();
        return chunk(
                "ANMF",
                little(16 + data.length)
                        .put(u24(left / 2))
                        .put(u24(top / 2))
                        .put(u24(width - 1))
                        .put(u24(height - 1))
                        .put(u24(millis))
                        .put((byte) flags)
                        .put(data)
                        .array());
    }

    /**
     * A lossless picture of one colour, of five codes of one symbol each.
     *
     * @param rgba the colour
     * @param saysAlpha what its header says
     */
    public WebpWriter plain(int width, int height, int[] rgba, boolean saysAlpha) {
        Bits bits = new Bits();
        bits.put(0x2f, 8)
                .put(width - 1, 14)
                .put(height - 1, 14)
                .put(saysAlpha ? 1 : 0, 1)
                .put(0, 3);
        // No transform, no cache, one group of codes.
        bits.put(0, 3);
        for (int symbol : new int[] {rgba[1], rgba[0], rgba[2], rgba[3], 0}) {
            bits.put(1, 1).put(0, 1).put(1, 1).put(symbol, 8);
        }
        return chunk("VP8L", bits.bytes());
    }

    public byte[] end() {
        byte[] body = chunks.toByteArray();
        return little(12 + body.length)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(4 + body.length)
                .put("WEBP".getBytes(StandardCharsets.US_ASCII))
                .put(body)
                .array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] u24(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }

    /** Bits, the lowest of each byte first. */
    static final class Bits {

        private final BitSet set = new BitSet();
        private int count;

        Bits put(int value, int bits) {
            for (int i = 0; i < bits; i++) {
                set.set(count++, i < 32 && (value >> i & 1) == 1);
            }
            return this;
        }

        byte[] bytes() {
            return Arrays.copyOf(set.toByteArray(), (count + 7) / 8);
        }
    }
}
