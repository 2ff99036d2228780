package io.bulwark.imaging.webp;

/**
 * Looks colours up in a palette; up to 16 colours lie in one pixel of green (RFC 9649, section 3.5.4).
 *
 * @param width of the rows when it is undone
 * @param packing logarithm of the indices that one pixel holds
 * @param palette 256 colours, transparent black behind the last
 */
record PaletteTransform(int width, int packing, int[] palette) implements Vp8lTransform {

    /**
     * Makes it of a palette as the file holds it, each colour as the difference from the one before.
     *
     * @param palette changed
     */
    static PaletteTransform of(int width, int size, int[] palette) {
        for (int i = 1; i < size; i++) {
            palette[i] = PredictorTransform.add(palette[i], palette[i - 1]);
        }
        int packing = size > 16 ? 0 : size > 4 ? 1 : size > 2 ? 2 : 3;
        return new PaletteTransform(width, packing, palette);
    }

    @Override
    public int packedWidth() {
        return width + (1 << packing) - 1 >> packing;
    }

    /** From the end to the beginning, since rows grow. */
    @Override
    public void undo(int[] argb, int height) {
        int indexBits = 8 >> packing;
        int mask = (1 << indexBits) - 1;
        int inPixel = (1 << packing) - 1;
        for (int y = height - 1; y >= 0; y--) {
            int packed = y * packedWidth();
            for (int x = width - 1; x >= 0; x--) {
                int green = argb[packed + (x >> packing)] >> 8 & 0xff;
                argb[y * width + x] = palette[green >> indexBits * (x & inPixel) & mask];
            }
        }
    }
}
