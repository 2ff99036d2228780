package io.bulwark.imaging.gif;

import java.io.ByteArrayOutputStream;

/** Writes GIFs with frames of every disposal, in uncompressed LZW: a clear code before the table can grow. */
public final class GifWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int hundredths = 10;

    /** Begins a file of 4 colours: black, red, green, blue. */
    public GifWriter(int width, int height) {
        this(width, height, new byte[] {0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255}, 0);
    }

    /**
     * Begins a file.
     *
     * @param palette global, 2 or 4 RGB colours; empty for none
     * @param background index of the colour that the file names as its background
     */
    public GifWriter(int width, int height, byte[] palette, int background) {
        out.writeBytes("GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        u16(width);
        u16(height);
        out.write(paletteFlags(palette));
        out.write(background);
        out.write(0);
        out.writeBytes(palette);
    }

    /** How long the frames that follow are shown. */
    public GifWriter delay(int hundredthsOfASecond) {
        hundredths = hundredthsOfASecond;
        return this;
    }

    /** The animation is repeated for ever. */
    public GifWriter endless() {
        out.writeBytes(new byte[] {0x21, (byte) 0xff, 11});
        out.writeBytes("NETSCAPE2.0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        out.writeBytes(new byte[] {3, 1, 0, 0, 0});
        return this;
    }

    /**
     * Adds a frame.
     *
     * @param transparent index of the transparent colour, -1 for none
     * @param disposal 0 to 3
     * @param indices {@code [height, width]}
     */
    public GifWriter frame(
            int left,
            int top,
            int width,
            int height,
            int transparent,
            int disposal,
            boolean interlaced,
            byte[] indices) {
        return control(transparent, disposal, hundredths)
                .image(left, top, width, height, interlaced, new byte[0], indices);
    }

    /**
     * Says how the next frame is drawn.
     *
     * @param delay hundredths of a second
     */
    public GifWriter control(int transparent, int disposal, int delay) {
        out.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, (byte) (disposal << 2 | (transparent >= 0 ? 1 : 0))});
        u16(delay);
        out.write(Math.max(0, transparent));
        out.write(0);
        return this;
    }

    /**
     * A frame alone.
     *
     * @param palette local, 2 or 4 RGB colours; empty for none
     */
    public GifWriter image(
            int left, int top, int width, int height, boolean interlaced, byte[] palette, byte[] indices) {
        out.write(0x2c);
        u16(left);
        u16(top);
        u16(width);
        u16(height);
        out.write(paletteFlags(palette) & 0x87 | (interlaced ? 0x40 : 0));
        out.writeBytes(palette);
        out.write(2);
        subBlocks(lzw(indices));
        return this;
    }

    private static int paletteFlags(byte[] palette) {
        return palette.length == 0 ? 0 : palette.length == 6 ? 0x80 : 0x81;
    }

    /** A frame of one colour over the whole screen. */
    public GifWriter plain(int width, int height, int colour, int disposal) {
        byte[] indices = new byte[width * height];
        java.util.Arrays.fill(indices, (byte) colour);
        return frame(0, 0, width, height, -1, disposal, false, indices);
    }

    /** Bytes as they are. */
    public GifWriter raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    public byte[] end() {
        out.write(0x3b);
        return out.toByteArray();
    }

    private void u16(int value) {
        out.write(value);
        out.write(value >> 8);
    }

    private static byte[] lzw(byte[] indices) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        int bits = 0;
        int count = 0;
        // Codes of 3 bits: 4 is clear, 5 the end. After a clear, two codes fit before the width grows.
        for (int i = -1; i <= indices.length; i++) {
            int code = i < 0 ? 4 : i == indices.length ? 5 : indices[i];
            bits |= code << count;
            count += 3;
            if (i >= 0 && i < indices.length && i % 2 == 1) {
                bits |= 4 << count;
                count += 3;
            }
            for (; count >= 8; count -= 8, bits >>>= 8) {
                packed.write(bits);
            }
        }
        packed.write(bits);
        return packed.toByteArray();
    }

    private void subBlocks(byte[] data) {
        for (int at = 0; at < data.length; at += 255) {
            int size = Math.min(255, data.length - at);
            out.write(size);
            out.write(data, at, size);
        }
        out.write(0);
    }
}
