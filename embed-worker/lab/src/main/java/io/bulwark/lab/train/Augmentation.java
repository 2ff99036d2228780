package io.bulwark.lab.train;

import io.bulwark.cli.everyday.EverydayVariants;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.picture.PictureCutter.SquareCut;
import io.bulwark.lab.picture.PictureSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * A picture to what the encoder and its parent learn from: a random square of it, mirrored half of the time unless that
 * is not wanted, and brought to the size of each. The square is no larger than the picture, and no smaller than
 * either's input or than the share of the picture's area that the variation states. Any thread.
 */
final class Augmentation {

    private static final int CHANNELS = 3;

    /** Orientations of EXIF. */
    private static final int UPRIGHT = 1;

    private static final int MIRRORED = 2;

    private final PictureSet pictures;
    private final Recipe.Variation variation;
    private final int smallest;

    /** @param batches whose sizes are at most the pictures' */
    Augmentation(PictureSet pictures, Recipe.Batches batches, Recipe.Variation variation) {
        this.pictures = pictures;
        this.variation = variation;
        this.smallest = Math.max(batches.size(), batches.parentSize());
        if (variation.area() == 0 && smallest > pictures.side()) {
            throw new IllegalArgumentException("pictures are kept at %d px, wanted are %d: make their cache larger"
                    .formatted(pictures.side(), smallest));
        }
    }

    /** Reads a picture and cuts its square. */
    Crop crop(int picture, SplittableRandom random) {
        int side = pictures.side();
        byte[] pixels = new byte[side * side * CHANNELS];
        pictures.read(picture, pixels);
        int edge = variation.area() == 0
                ? random.nextInt(smallest, side + 1)
                : (int) Math.round(side * Math.sqrt(random.nextDouble(variation.area(), 1)));
        int padding = variation.padding();
        int x = random.nextInt(side + 2 * padding - edge + 1) - padding;
        int y = random.nextInt(side + 2 * padding - edge + 1) - padding;
        boolean mirror = variation.mirror() && random.nextBoolean();
        Raster whole = new Raster(Raster.Mode.RGB, side, side, pixels, new byte[0], 1);
        boolean isWhole = edge == side && x == 0 && y == 0;
        return new Crop(isWhole ? whole : SquareCut.cut(whole, x, y, edge), mirror);
    }

    /** A part of a picture, and whether it is to be mirrored. */
    record Crop(Raster square, boolean mirror) {

        /** The picture as an editor sees it. */
        UprightPicture upright() {
            int orientation = mirror ? MIRRORED : UPRIGHT;
            return UprightPicture.of(new Raster(
                    square.mode(), square.width(), square.height(), square.samples(), new byte[0], orientation));
        }

        /**
         * Brings it to a square of a size.
         *
         * @param into {@code [pictures, 3, size, size]} in [0, 1]
         * @param picture the one that is filled
         */
        void write(int size, float[] into, int picture) {
            byte[] samples = resized(size);
            int area = size * size;
            int at = picture * CHANNELS * area;
            for (int row = 0; row < size; row++) {
                for (int column = 0; column < size; column++) {
                    int from = (row * size + (mirror ? size - 1 - column : column)) * CHANNELS;
                    for (int channel = 0; channel < CHANNELS; channel++) {
                        into[at + channel * area + row * size + column] = (samples[from + channel] & 0xFF) / 255f;
                    }
                }
            }
        }

        private byte[] resized(int size) {
            if (square.width() == size && square.height() == size) {
                return square.samples();
            }
            return Preprocessor.moderation(
                            PreprocessSpec.unit(size, PreprocessSpec.Interpolation.BILINEAR), ViewPolicy.SQUASH)
                    .views(Decoded.still("raw", square))
                    .get(0)
                    .pixels();
        }
    }

    /**
     * Pairs of a shard's pictures, and the share of each pair's first: mixup (Zhang et al., ICLR 2018), but of pixels
     * alone. Labels or answers are not mixed; a parent answers for the mixed picture (Beyer et al., "Knowledge
     * distillation: a good teacher is patient and consistent", CVPR 2022). Any thread.
     *
     * @param others the second picture of each pair, never the first itself; the first are 0, 1, …
     * @param shares of the first pictures, in [0, 1]
     */
    record Mixup(int[] others, float[] shares) {

        /**
         * Draws pairs for the first pictures of a shard.
         *
         * @param alpha both parameters of the beta distribution of the shares, above 0
         * @param mixed how many of the shard's pictures are the first of a pair
         * @param count of the shard, at least 2
         * @param random for each of the first pictures
         */
        static Mixup draw(double alpha, int mixed, int count, IntFunction<SplittableRandom> random) {
            int[] others = new int[mixed];
            float[] shares = new float[mixed];
            for (int i = 0; i < mixed; i++) {
                SplittableRandom drawn = random.apply(i);
                others[i] = (i + drawn.nextInt(1, count)) % count;
                shares[i] = (float) share(alpha, drawn);
            }
            return new Mixup(others, shares);
        }

        /**
         * A sample of Beta(alpha, alpha): {@code (1 + t / sqrt(2 alpha + t²)) / 2} for a t of Student's distribution
         * with 2 alpha degrees of freedom, drawn by Bailey's polar method (Mathematics of Computation 62, 1994).
         */
        static double share(double alpha, SplittableRandom random) {
            double spread = Math.pow(1 - random.nextDouble(), -1 / alpha) - 1;
            double cosine = Math.cos(2 * Math.PI * random.nextDouble());
            // Written with the reciprocal, since the spread is infinite where alpha is small.
            return 0.5 + 0.5 * Math.signum(cosine) / Math.sqrt(1 + 1 / (spread * cosine * cosine));
        }

        /**
         * Mixes.
         *
         * @param pixels {@code [count, 3, H, W]}; not modified
         * @return the same, its first pictures mixed: {@code share * first + (1 - share) * second}
         */
        float[] of(float[] pixels, int count) {
            float[] mixed = pixels.clone();
            int length = pixels.length / count;
            for (int i = 0; i < others.length; i++) {
                for (int first = i * length, second = others[i] * length; first < (i + 1) * length; first++, second++) {
                    mixed[first] = shares[i] * pixels[first] + (1 - shares[i]) * pixels[second];
                }
            }
            return mixed;
        }
    }

    /**
     * Everyday versions of squares that an encoder learns from. Collages take their other pictures from the training
     * pictures too. Any thread.
     *
     * @param learnt places in the set that are learnt from, at least one
     */
    record EverydayCrops(PictureSet pictures, int[] learnt) {

        private static final int CHANNELS = 3;

        /**
         * Draws a version of any kind.
         *
         * @param crop as it is learnt otherwise
         * @param random decides the version and the other pictures
         * @return of any shape, never to be mirrored
         */
        Augmentation.Crop of(Augmentation.Crop crop, SplittableRandom random) {
            List<UprightPicture> others = Stream.generate(() -> picture(learnt[random.nextInt(learnt.length)]))
                    .limit(Surroundings.FEWEST_OTHERS)
                    .toList();
            Raster version = new EverydayVariants(others)
                    .draw(crop.upright(), random.nextLong())
                    .picture()
                    .raster();
            return new Augmentation.Crop(version, false);
        }

        private UprightPicture picture(int index) {
            int side = pictures.side();
            byte[] pixels = new byte[side * side * CHANNELS];
            pictures.read(index, pixels);
            return new UprightPicture(side, side, pixels);
        }
    }
}
