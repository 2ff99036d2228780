package io.bulwark.lab.attack.scaling;

import io.bulwark.imaging.preprocess.LinearViews;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;

/** The encoder's own scaling, roundings included: what an attacker of this worker has to fool. */
public final class ViewScaling implements Downscaling {

    private final PreprocessSpec spec;
    private final int width;
    private final int height;
    private final Preprocessor preprocessor;
    private final LinearViews transpose;

    /**
     * @param spec of the encoder's views; the whole picture is squashed, as every view policy but centre-crop does
     * @param width of the uploads
     * @param height of the uploads
     */
    public ViewScaling(PreprocessSpec spec, int width, int height) {
        this.spec = new PreprocessSpec(
                spec.height(),
                spec.width(),
                spec.height(),
                PreprocessSpec.ResizeMode.SQUASH,
                spec.interpolation(),
                true,
                0,
                spec.mean(),
                spec.std());
        this.width = width;
        this.height = height;
        this.preprocessor = Preprocessor.exact(this.spec);
        this.transpose = LinearViews.exact(this.spec, width, height);
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int seenWidth() {
        return spec.width();
    }

    @Override
    public int seenHeight() {
        return spec.height();
    }

    @Override
    public float[] see(float[] picture) {
        byte[] pixels = preprocessor
                .views(Levels.picture(picture, width, height).still())
                .get(0)
                .pixels();
        return Levels.of(new UprightPicture(spec.width(), spec.height(), pixels));
    }

    @Override
    public float[] pullBack(float[] seen) {
        float[] picture = new float[3 * width * height];
        transpose.pullBack(0, seen, picture);
        return picture;
    }

    /** Pictures as planes of levels from 0 to 255, and back. */
    static final class Levels {

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
}
