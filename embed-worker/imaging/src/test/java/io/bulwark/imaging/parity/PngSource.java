package io.bulwark.imaging.parity;

import io.bulwark.imaging.png.PngWriter;
import java.io.ByteArrayOutputStream;

/**
 * One picture in all colour types and depths of PNG: red rises to the right, green rises downwards, blue is a disc,
 * alpha rises downwards from nothing to all.
 *
 * @param width in pixels
 * @param height in pixels
 * @param colourType as in the header
 * @param bitDepth as in the header
 * @param interlaced whether rows come in Adam7's passes
 */
record PngSource(int width, int height, int colourType, int bitDepth, boolean interlaced) {

    /** No multiples of eight, so that rows of few bits and blocks of eight end in the middle. */
    static final int WIDTH = 45;

    static final int HEIGHT = 27;

    private static final int FULL = 65_535;
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };
    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    static PngSource of(int colourType, int bitDepth) {
        return new PngSource(WIDTH, HEIGHT, colourType, bitDepth, false);
    }

    PngSource interlace() {
        return new PngSource(width, height, colourType, bitDepth, true);
    }

    /** The beginning of the file. */
    PngWriter begin() {
        return new PngWriter(width, height, bitDepth, colourType, interlaced);
    }

    /** The beginning and, where the colour type needs one, the palette. */
    PngWriter beginWithPalette() {
        return colourType == 3 ? begin().chunk("PLTE", palette(1 << bitDepth)) : begin();
    }

    /** The whole file. */
    byte[] file() {
        return beginWithPalette().rows(rows()).end();
    }

    /** The rows, each with its filter byte: none. */
    byte[] rows() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] pass : interlaced ? ADAM7 : WHOLE) {
            int columns = (width - pass[0] + pass[2] - 1) / pass[2];
            for (int y = pass[1]; y < height && columns > 0; y += pass[3]) {
                out.write(0);
                row(y, pass[0], pass[2], out);
            }
        }
        return out.toByteArray();
    }

    private void row(int y, int x0, int step, ByteArrayOutputStream out) {
        int bits = 0;
        int count = 0;
        for (int x = x0; x < width; x += step) {
            for (int channel : channels()) {
                int sample = colourType == 3 ? index(x, y) : sample(x, y, channel) >> 16 - bitDepth;
                bits = bits << bitDepth | sample;
                count += bitDepth;
                for (; count >= 8; count -= 8) {
                    out.write(bits >> count - 8);
                }
            }
        }
        if (count > 0) {
            out.write(bits << 8 - count);
        }
    }

    private int[] channels() {
        return switch (colourType) {
            case 2 -> new int[] {0, 1, 2};
            case 4 -> new int[] {0, 3};
            case 6 -> new int[] {0, 1, 2, 3};
            default -> new int[] {0};
        };
    }

    private int index(int x, int y) {
        return (x / 3 + 5 * (y / 3)) % (1 << bitDepth);
    }

    private int sample(int x, int y, int channel) {
        return switch (channel) {
            case 0 -> FULL * x / (width - 1);
            case 1 -> FULL * y / (height - 1);
            case 2 -> (2 * x - width) * (2 * x - width) + (2 * y - height) * (2 * y - height) < 400 ? 54_321 : 9_876;
            default -> Math.max(0, Math.min(FULL, FULL * (y - 3) / (height - 7)));
        };
    }

    /** A palette of colours far from each other. */
    static byte[] palette(int entries) {
        byte[] palette = new byte[3 * entries];
        for (int i = 0; i < entries; i++) {
            palette[3 * i] = (byte) (i * 89 + 30);
            palette[3 * i + 1] = (byte) (i * 151 + 200);
            palette[3 * i + 2] = (byte) (i * 37 + 90);
        }
        return palette;
    }
}
