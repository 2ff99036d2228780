package io.bulwark.imaging.parity;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes WebP's containers (RFC 9649) around pictures that are there. */
final class WebpBoxes {

    static final int ANIMATION = 0x02;
    static final int EXIF = 0x08;
    static final int ALPHA = 0x10;
    static final int ICC = 0x20;
    private static final int RIFF_HEADER = 12;
    private static final int VP8X_CHUNK = 18;

    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();

    /** A file without VP8X. */
    static WebpBoxes simple() {
        return new WebpBoxes();
    }

    /** A file with VP8X. */
    static WebpBoxes extended(int flags, int width, int height) {
        ByteBuffer header =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putInt(flags);
        u24(u24(header, width - 1), height - 1);
        return new WebpBoxes().chunk("VP8X", header.array());
    }

    WebpBoxes chunk(String type, byte[] data) {
        chunks.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
        chunks.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(data.length)
                .array());
        chunks.writeBytes(data);
        if (data.length % 2 == 1) {
            chunks.write(0);
        }
        return this;
    }

    /** The chunks of a picture: VP8, VP8L, or ALPH and VP8. */
    WebpBoxes picture(byte[] file) {
        chunks.writeBytes(pictureChunks(file));
        return this;
    }

    /** @param background BGRA */
    WebpBoxes animation(int background) {
        return chunk(
                "ANIM",
                ByteBuffer.allocate(6)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(background)
                        .array());
    }

    /**
     * Adds a frame of 45x27 or 20x15 pixels.
     *
     * @param left even
     * @param top even
     * @param overwrites whether it replaces what lies under it, transparency included
     * @param cleared whether its place is cleared before the next one
     */
    WebpBoxes frame(int left, int top, boolean overwrites, boolean cleared, byte[] file) {
        byte[] picture = pictureChunks(file);
        boolean part = left > 0 || top > 0;
        ByteBuffer data = ByteBuffer.allocate(16 + picture.length).order(ByteOrder.LITTLE_ENDIAN);
        u24(u24(data, left / 2), top / 2);
        u24(u24(data, (part ? 20 : PngSource.WIDTH) - 1), (part ? 15 : PngSource.HEIGHT) - 1);
        u24(data, 100).put((byte) ((overwrites ? 2 : 0) | (cleared ? 1 : 0))).put(picture);
        return chunk("ANMF", data.array());
    }

    byte[] end() {
        ByteBuffer file = ByteBuffer.allocate(RIFF_HEADER + chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + chunks.size());
        return file.put("WEBP".getBytes(StandardCharsets.US_ASCII))
                .put(chunks.toByteArray())
                .array();
    }

    private static byte[] pictureChunks(byte[] file) {
        boolean extended = file[RIFF_HEADER + 3] == 'X';
        return Arrays.copyOfRange(file, RIFF_HEADER + (extended ? VP8X_CHUNK : 0), file.length);
    }

    private static ByteBuffer u24(ByteBuffer out, int value) {
        return out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
    }
}
