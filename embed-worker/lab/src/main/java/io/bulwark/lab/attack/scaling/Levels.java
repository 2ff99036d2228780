package io.bulwark.lab.attack.scaling;

import io.bulwark.imaging.preprocess.UprightPicture;

/** Pictures as planes of levels from 0 to 255, and back. */
final class Levels {

    private Levels() {}

    /** {@code [3, height, width]}. */
    static float[] of(UprightPicture picture) {
        byte[] rgb = picture.rgb();
        int area = rgb.length / 3;
        float[] planes = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            planes[i % 3 * area + i / 3] = rgb[i] & 0xff;
        }
        return planes;
    }

    /** Rounded and clipped. */
    static UprightPicture picture(float[] planes, int width, int height) {
        int area = width * height;
        byte[] rgb = new byte[3 * area];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(planes[i % 3 * area + i / 3])));
        }
        return new UprightPicture(width, height, rgb);
    }
}
