package io.bulwark.lab.evaluate.policy;

/** Planes stretched to another size, bilinearly: values never leave the range of what they are made of. Pure. */
final class Enlarged {

    private Enlarged() {}

    /**
     * @param planes {@code [3, height, width]}
     * @return {@code [3, toHeight, toWidth]}
     */
    static float[] to(float[] planes, int width, int height, int toWidth, int toHeight) {
        float[] stretched = new float[3 * toWidth * toHeight];
        for (int y = 0; y < toHeight; y++) {
            double atY = at(y, height, toHeight);
            int top = (int) atY;
            int bottom = Math.min(height - 1, top + 1);
            for (int x = 0; x < toWidth; x++) {
                double atX = at(x, width, toWidth);
                int left = (int) atX;
                int right = Math.min(width - 1, left + 1);
                for (int channel = 0; channel < 3; channel++) {
                    int plane = channel * width * height;
                    double above =
                            mixed(planes[plane + top * width + left], planes[plane + top * width + right], atX - left);
                    double below = mixed(
                            planes[plane + bottom * width + left], planes[plane + bottom * width + right], atX - left);
                    stretched[(channel * toHeight + y) * toWidth + x] = (float) mixed(above, below, atY - top);
                }
            }
        }
        return stretched;
    }

    /** Where the middle of a pixel lies among the others' middles. */
    private static double at(int pixel, int from, int to) {
        return Math.max(0, Math.min(from - 1, (pixel + 0.5) * from / to - 0.5));
    }

    private static double mixed(double one, double other, double share) {
        return one + share * (other - one);
    }
}
