package io.bulwark.imaging.webp;

/** One of the four transforms of a lossless WebP (RFC 9649, section 3.5), undone in place. */
sealed interface Vp8lTransform permits PredictorTransform, ColourTransform, GreenTransform, PaletteTransform {

    /** Pixels of a row while the transform is in force. */
    int packedWidth();

    /**
     * Undoes it.
     *
     * @param argb the picture's rows, one after the other, in the beginning of the array
     */
    void undo(int[] argb, int height);
}
