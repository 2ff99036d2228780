package io.bulwark.imaging.webp;

/**
 * Adds parts of green to red and blue, and of red to blue (RFC 9649, section 3.5.2).
 *
 * @param blockBits logarithm of a block's side
 * @param blocks each block's factors in red, green and blue: red to blue, green to blue, green to red
 */
record ColourTransform(int packedWidth, int blockBits, int[] blocks) implements Vp8lTransform {

    @Override
    public void undo(int[] argb, int height) {
        int blocksPerRow = packedWidth + (1 << blockBits) - 1 >> blockBits;
        for (int y = 0; y < height; y++) {
            int rowOfBlocks = (y >> blockBits) * blocksPerRow;
            for (int x = 0; x < packedWidth; x++) {
                int block = blocks[rowOfBlocks + (x >> blockBits)];
                int pixel = argb[y * packedWidth + x];
                int green = pixel >> 8;
                int red = (pixel >> 16) + part(block, green) & 0xff;
                int blue = pixel + part(block >> 8, green) + part(block >> 16, red) & 0xff;
                argb[y * packedWidth + x] = pixel & 0xff00ff00 | red << 16 | blue;
            }
        }
    }

    private static int part(int factor, int colour) {
        return (byte) factor * (byte) colour >> 5;
    }
}
