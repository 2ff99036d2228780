package io.bulwark.imaging.webp;

/**
 * Adds what a pixel's neighbours foretell (RFC 9649, section 3.5.1).
 *
 * @param blockBits logarithm of a block's side
 * @param blocks each block's way of foretelling, in green
 */
record PredictorTransform(int packedWidth, int blockBits, int[] blocks) implements Vp8lTransform {

    private static final int BLACK = 0xff000000;

    @Override
    public void undo(int[] argb, int height) {
        int width = packedWidth;
        int blocksPerRow = width + (1 << blockBits) - 1 >> blockBits;
        argb[0] = add(argb[0], BLACK);
        for (int x = 1; x < width; x++) {
            argb[x] = add(argb[x], argb[x - 1]);
        }
        for (int y = 1; y < height; y++) {
            int row = y * width;
            int rowOfBlocks = (y >> blockBits) * blocksPerRow;
            argb[row] = add(argb[row], argb[row - width]);
            for (int x = 1; x < width; x++) {
                int at = row + x;
                int mode = blocks[rowOfBlocks + (x >> blockBits)] >> 8 & 15;
                // The pixel above and to the right of a row's last is the first of the row itself.
                argb[at] = add(
                        argb[at],
                        predict(mode, argb[at - 1], argb[at - width], argb[at - width - 1], argb[at - width + 1]));
            }
        }
    }

    private static int predict(int mode, int left, int top, int topLeft, int topRight) {
        return switch (mode) {
            case 1 -> left;
            case 2 -> top;
            case 3 -> topRight;
            case 4 -> topLeft;
            case 5 -> mean(mean(left, topRight), top);
            case 6 -> mean(left, topLeft);
            case 7 -> mean(left, top);
            case 8 -> mean(topLeft, top);
            case 9 -> mean(top, topRight);
            case 10 -> mean(mean(left, topLeft), mean(top, topRight));
            case 11 -> select(left, top, topLeft);
            case 12 -> gradient(left, top, topLeft);
            case 13 -> halfGradient(mean(left, top), topLeft);
            default -> BLACK;
        };
    }

    /** Sums of the four channels, each without carry. */
    static int add(int a, int b) {
        return (a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00 | (a & 0xff00ff) + (b & 0xff00ff) & 0xff00ff;
    }

    private static int mean(int a, int b) {
        return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
    }

    private static int select(int left, int top, int topLeft) {
        int toLeft = 0;
        int toTop = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            toLeft += Math.abs((top >> shift & 0xff) - (topLeft >> shift & 0xff));
            toTop += Math.abs((left >> shift & 0xff) - (topLeft >> shift & 0xff));
        }
        return toLeft < toTop ? left : top;
    }

    private static int gradient(int left, int top, int topLeft) {
        int argb = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            argb |= clip((left >> shift & 0xff) + (top >> shift & 0xff) - (topLeft >> shift & 0xff)) << shift;
        }
        return argb;
    }

    private static int halfGradient(int mean, int topLeft) {
        int argb = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int m = mean >> shift & 0xff;
            argb |= clip(m + (m - (topLeft >> shift & 0xff)) / 2) << shift;
        }
        return argb;
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
