package io.bulwark.imaging.webp;

/**
 * A decoded key frame, chroma at half the width and height.
 *
 * @param width of the picture, which may end within a macroblock
 */
record YuvPicture(int width, int height, Vp8Plane y, Vp8Plane u, Vp8Plane v) {

    /**
     * Converts a row to RGB as libwebp does: chroma between samples is interpolated from the nearest four, 9, 3, 3 and 1
     * parts, and turned to RGB by BT.601 in 14 bits.
     *
     * @param step bytes of a pixel in {@code into}, whose first three are filled
     */
    void rgb(int row, byte[] into, int step) {
        int chromaRows = (height + 1) / 2;
        // Odd rows lie nearer to the chroma above, even ones to the one below; at the ends there is only one.
        int near = row / 2;
        int far = (row & 1) == 0 ? Math.max(0, near - 1) : Math.min(chromaRows - 1, near + 1);
        int un = u.at(0, near);
        int uf = u.at(0, far);
        int vn = v.at(0, near);
        int vf = v.at(0, far);
        int luma = y.at(0, row);
        pixel(y.get(luma), edge(u, un, uf), edge(v, vn, vf), into, 0);
        for (int x = 1; x < width; x++) {
            int left = x - 1 >> 1;
            int cu;
            int cv;
            if (x == width - 1 && (x & 1) == 1) {
                cu = edge(u, un + left, uf + left);
                cv = edge(v, vn + left, vf + left);
            } else {
                cu = between(u, un + left, uf + left, x & 1);
                cv = between(v, vn + left, vf + left, x & 1);
            }
            pixel(y.get(luma + x), cu, cv, into, x * step);
        }
    }

    private static int edge(Vp8Plane plane, int near, int far) {
        return 3 * plane.get(near) + plane.get(far) + 2 >> 2;
    }

    /** @param odd 1 where the sample at the left is the nearer one */
    private static int between(Vp8Plane plane, int near, int far, int odd) {
        int n0 = plane.get(near);
        int n1 = plane.get(near + 1);
        int f0 = plane.get(far);
        int f1 = plane.get(far + 1);
        int sum = n0 + n1 + f0 + f1 + 8;
        return odd == 1 ? (sum + 2 * (n1 + f0) >> 3) + n0 >> 1 : (sum + 2 * (n0 + f1) >> 3) + n1 >> 1;
    }

    private static void pixel(int luma, int cu, int cv, byte[] into, int to) {
        int scaled = luma * 19_077 >> 8;
        into[to] = clip(scaled + (cv * 26_149 >> 8) - 14_234);
        into[to + 1] = clip(scaled - (cu * 6_419 >> 8) - (cv * 13_320 >> 8) + 8_708);
        into[to + 2] = clip(scaled + (cu * 33_050 >> 8) - 17_685);
    }

    private static byte clip(int value) {
        return Vp8Inverse.clip(value >> 6);
    }
}
