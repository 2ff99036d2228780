package io.bulwark.imaging.webp;

/** Adds green to red and blue (RFC 9649, section 3.5.3). */
record GreenTransform(int packedWidth) implements Vp8lTransform {

    @Override
    public void undo(int[] argb, int height) {
        for (int i = 0; i < packedWidth * height; i++) {
            int pixel = argb[i];
            int green = pixel >> 8 & 0xff;
            argb[i] = pixel & 0xff00ff00 | (pixel & 0xff00ff) + (green << 16 | green) & 0xff00ff;
        }
    }
}
