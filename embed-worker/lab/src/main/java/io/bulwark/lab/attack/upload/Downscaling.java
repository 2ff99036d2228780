package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.preprocess.LinearViews;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;

/** A scaling as the linear function that it is but for rounding and clipping. One thread. */
public interface Downscaling {

    /** Of the upload, in pixels. */
    int width();

    /** Of the upload, in pixels. */
    int height();

    /** Of what is seen, in pixels. */
    int seenWidth();

    /** Of what is seen, in pixels. */
    int seenHeight();

    /**
     * Scales.
     *
     * @param picture {@code [3, height, width]} in levels of 8 bits
     * @return {@code [3, seenHeight, seenWidth]} in the same
     */
    float[] see(float[] picture);

    /**
     * The transpose.
     *
     * @param seen {@code [3, seenHeight, seenWidth]}
     * @return {@code [3, height, width]}
     */
    float[] pullBack(float[] seen);

    /**
     * Scaling without a low-pass filter: each pixel is interpolated from a few around its place, whatever lies between.
     * OpenCV's {@code resize} and TensorFlow's {@code tf.image.resize} with {@code antialias=False} do so, and so does
     * what NSFWJS asks of TensorFlow.js. Pixel centres lie at halves.
     */
    final class PointScaling implements Downscaling {

        /** How many pixels are taken along each axis. */
        public enum Kernel {
            NEAREST(1),
            BILINEAR(2),
            /** Keys' cubic with a = -0.75, OpenCV's. */
            BICUBIC(4);

            private final int taps;

            Kernel(int taps) {
                this.taps = taps;
            }

            private double weight(double distance) {
                double x = Math.abs(distance);
                double a = -0.75;
                return switch (this) {
                    case NEAREST -> 1;
                    case BILINEAR -> Math.max(0, 1 - x);
                    case BICUBIC ->
                        x <= 1
                                ? ((a + 2) * x - (a + 3)) * x * x + 1
                                : x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
                };
            }
        }

        /**
         * Of one axis.
         *
         * @param index {@code [outputs, taps]}, those beyond the ends moved to them
         * @param weight {@code [outputs, taps]}
         */
        private record Axis(int[][] index, float[][] weight) {

            static Axis of(Kernel kernel, int in, int out) {
                int[][] index = new int[out][kernel.taps];
                float[][] weight = new float[out][kernel.taps];
                for (int i = 0; i < out; i++) {
                    double at = (i + 0.5) * in / out - 0.5;
                    int first = kernel == Kernel.NEAREST
                            ? (int) Math.floor((double) i * in / out)
                            : (int) Math.floor(at) - kernel.taps / 2 + 1;
                    for (int t = 0; t < kernel.taps; t++) {
                        index[i][t] = Math.max(0, Math.min(in - 1, first + t));
                        weight[i][t] = (float) kernel.weight(first + t - at);
                    }
                }
                return new Axis(index, weight);
            }
        }

        private final int width;
        private final int height;
        private final Axis columns;
        private final Axis rows;

        /** A scaling of pictures of one size to another. */
        public PointScaling(Kernel kernel, int width, int height, int seenWidth, int seenHeight) {
            this.width = width;
            this.height = height;
            this.columns = Axis.of(kernel, width, seenWidth);
            this.rows = Axis.of(kernel, height, seenHeight);
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
            return columns.index().length;
        }

        @Override
        public int seenHeight() {
            return rows.index().length;
        }

        @Override
        public float[] see(float[] picture) {
            float[] seen = new float[3 * seenHeight() * seenWidth()];
            each((pixel, seenPixel, weight) -> seen[seenPixel] += weight * picture[pixel]);
            return seen;
        }

        @Override
        public float[] pullBack(float[] seen) {
            float[] picture = new float[3 * height * width];
            each((pixel, seenPixel, weight) -> picture[pixel] += weight * seen[seenPixel]);
            return picture;
        }

        /** Of the matrix that is not zero. */
        private interface Entry {
            void take(int pixel, int seenPixel, float weight);
        }

        private void each(Entry entry) {
            int at = 0;
            for (int channel = 0; channel < 3; channel++) {
                for (int y = 0; y < seenHeight(); y++) {
                    for (int x = 0; x < seenWidth(); x++, at++) {
                        for (int i = 0; i < rows.index()[y].length; i++) {
                            int row = (channel * height + rows.index()[y][i]) * width;
                            float ofRow = rows.weight()[y][i];
                            for (int j = 0; j < columns.index()[x].length; j++) {
                                entry.take(row + columns.index()[x][j], at, ofRow * columns.weight()[x][j]);
                            }
                        }
                    }
                }
            }
        }
    }

    /** The encoder's own scaling, roundings included: what an attacker of this worker has to fool. */
    final class ViewScaling implements Downscaling {

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
}
