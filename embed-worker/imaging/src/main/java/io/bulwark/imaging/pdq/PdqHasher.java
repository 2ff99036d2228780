package io.bulwark.imaging.pdq;

import static io.bulwark.imaging.pdq.PdqHasher.TentWeights.SAMPLES;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.pdq.PdqHash.Hex256;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.rows.PixelRows;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Pictures to PDQ hashes, by Meta's definition ("The TMK+PDQF video-hashing algorithm and the PDQ image-hashing
 * algorithm", ThreatExchange, {@code hashing/hashing.pdf}): 64x64 samples of brightness by a tent filter over the whole
 * picture, the 16x16 lowest frequencies of their cosine transform but the mean, a bit for each above the median.
 *
 * <p>The picture is hashed as a person sees it: turned as its EXIF orientation says, transparency over white. An
 * animation is hashed frame by frame. Nothing keeps the picture. Any thread.
 */
public final class PdqHasher {

    /** A picture with a shorter side has no hash; so in Meta's programs. */
    private static final int LEAST_SIDE = 5;

    /** What makes a pixel's brightness (ITU-R BT.601), in thousandths. */
    private static final int RED = 299;

    private static final int GREEN = 587;
    private static final int BLUE = 114;
    private static final int ALL = RED + GREEN + BLUE;

    /**
     * A hundredth of the range of brightness is the least difference that counts; this number makes one point of
     * quality.
     */
    private static final int DIFFERENCES_A_POINT = 90;

    /** Frequencies along an axis. */
    private static final int FREQUENCIES = 16;

    /**
     * Coefficients nearer to each other than this are equal but for rounding: single precision, in which Meta's
     * programs compute, is good for a thousandth. Those of pictures run into the hundreds.
     */
    private static final double ROUNDING = 0.01;

    private static final double[][] COSINES = cosines();

    private PdqHasher() {}

    /** The hash of a picture as it is seen. */
    public static PdqVariants.PdqFingerprint hash(Raster picture) {
        return variants(picture).upright();
    }

    /**
     * The hashes of a picture as it is seen and of its turned and mirrored copies, for the price of one. As Meta
     * defines them: by the signs of the coefficients. The copy's own hash may differ from that by some bits.
     */
    public static PdqVariants variants(Raster picture) {
        boolean tooSmall = Math.min(picture.width(), picture.height()) < LEAST_SIDE;
        double[] samples = tooSmall ? null : samples(picture);
        double[] spectrum = tooSmall ? null : spectrum(samples);
        Map<Pose, PdqHash> hashes = new EnumMap<>(Pose.class);
        for (Pose pose : Pose.values()) {
            hashes.put(pose, tooSmall ? PdqHash.NONE : bits(seen(spectrum, pose)));
        }
        return new PdqVariants(hashes, tooSmall || isNoise(spectrum) ? 0 : quality(samples));
    }

    /**
     * The 64x64 samples of a picture's brightness, as the picture is seen; in [0, 255]. Rows are gone through once and
     * weighed into one row of sums, which is then weighed into 64 samples: no copy of the picture is made, and most of
     * the time goes into reading its bytes. Turning happens here as well, in the weights.
     */
    private static double[] samples(Raster raster) {
        PixelRows picture = PixelRows.overWhite(raster.withoutColour());
        Pose pose = Pose.ofExif(raster.orientation());
        TentWeights columns = TentWeights.of(picture.width(), pose.reversesColumns());
        TentWeights rows = TentWeights.of(picture.height(), pose.reversesRows());
        double[] samples = new double[SAMPLES * SAMPLES];
        byte[] row = new byte[picture.width() * picture.channels()];
        for (int i = 0; i < SAMPLES; i++) {
            double[] sums = new double[picture.width()];
            double[] weights = rows.weights()[i];
            for (int k = 0; k < weights.length; k++) {
                picture.read(rows.start()[i] + k, 0, picture.width(), row);
                add(row, picture.channels(), weights[k], sums);
            }
            for (int j = 0; j < SAMPLES; j++) {
                samples[pose.swapsSides() ? j * SAMPLES + i : i * SAMPLES + j] = columns.weigh(j, sums);
            }
        }
        return samples;
    }

    private static void add(byte[] row, int channels, double weight, double[] sums) {
        if (channels == 1) {
            for (int x = 0; x < sums.length; x++) {
                sums[x] += weight * (row[x] & 0xff);
            }
            return;
        }
        double thousandth = weight / ALL;
        for (int x = 0, at = 0; x < sums.length; x++, at += 3) {
            int brightness = RED * (row[at] & 0xff) + GREEN * (row[at + 1] & 0xff) + BLUE * (row[at + 2] & 0xff);
            sums[x] += thousandth * brightness;
        }
    }

    /**
     * How much there is to see, 0 to 100: the differences between neighbouring samples, in whole hundredths of the
     * range, summed up. Meta's recommendation is to match no hash of less than 50.
     */
    private static int quality(double[] samples) {
        int differences = 0;
        for (int i = 0; i < SAMPLES; i++) {
            for (int j = 0; j < SAMPLES; j++) {
                int at = i * SAMPLES + j;
                differences += i + 1 < SAMPLES ? hundredths(samples[at] - samples[at + SAMPLES]) : 0;
                differences += j + 1 < SAMPLES ? hundredths(samples[at] - samples[at + 1]) : 0;
            }
        }
        return Math.min(PdqVariants.BEST, differences / DIFFERENCES_A_POINT);
    }

    private static int hundredths(double difference) {
        return (int) Math.abs(difference * 100 / 255);
    }

    /**
     * The 16x16 coefficients that PDQ's bits are made of, row {@code i} at vertical frequency {@code i + 1}: the cosine
     * transform (DCT-II) of the samples at the frequencies 1 to 16 along both axes. Frequency 0, the mean, is left out,
     * so that neither brightness nor contrast matters.
     */
    private static double[] spectrum(double[] samples) {
        double[] coefficients = new double[FREQUENCIES * FREQUENCIES];
        for (int i = 0; i < FREQUENCIES; i++) {
            double[] column = new double[SAMPLES];
            for (int k = 0; k < SAMPLES; k++) {
                for (int x = 0; x < SAMPLES; x++) {
                    column[x] += COSINES[i][k] * samples[k * SAMPLES + x];
                }
            }
            for (int j = 0; j < FREQUENCIES; j++) {
                double sum = 0;
                for (int x = 0; x < SAMPLES; x++) {
                    sum += COSINES[j][x] * column[x];
                }
                coefficients[i * FREQUENCIES + j] = sum;
            }
        }
        return coefficients;
    }

    private static double[][] cosines() {
        double[][] cosines = new double[FREQUENCIES][SAMPLES];
        for (int i = 0; i < FREQUENCIES; i++) {
            for (int k = 0; k < SAMPLES; k++) {
                cosines[i][k] = Math.sqrt(2.0 / SAMPLES) * Math.cos(Math.PI * (i + 1) * (2 * k + 1) / (2 * SAMPLES));
            }
        }
        return cosines;
    }

    /**
     * The coefficients of the turned or mirrored picture: backwards along an axis the odd frequencies are negated.
     * Those of the turned pixels differ a little, because the samples do not lie in the very middle of what they
     * sample.
     */
    static double[] seen(double[] coefficients, Pose pose) {
        double[] seen = new double[coefficients.length];
        for (int i = 0; i < FREQUENCIES; i++) {
            for (int j = 0; j < FREQUENCIES; j++) {
                // Index i is frequency i + 1.
                boolean negated = (pose.reversesRows() && i % 2 == 0) != (pose.reversesColumns() && j % 2 == 0);
                double value = coefficients[i * FREQUENCIES + j];
                seen[pose.swapsSides() ? j * FREQUENCIES + i : i * FREQUENCIES + j] = negated ? -value : value;
            }
        }
        return seen;
    }

    /** A bit for each coefficient above the median, so that half of the bits are set. */
    private static PdqHash bits(double[] coefficients) {
        double median = median(coefficients);
        long[] words = new long[Hex256.WORDS];
        for (int bit = 0; bit < PdqHash.BITS; bit++) {
            if (coefficients[bit] > median) {
                words[Hex256.WORDS - 1 - bit / Long.SIZE] |= 1L << bit % Long.SIZE;
            }
        }
        return PdqHash.of(words);
    }

    /** Whether rounding alone decides more bits than a match may differ in. */
    private static boolean isNoise(double[] coefficients) {
        double median = median(coefficients);
        return Arrays.stream(coefficients)
                        .filter(value -> Math.abs(value - median) < ROUNDING)
                        .count()
                > PdqHash.MATCH_DISTANCE;
    }

    /** The 128th smallest. */
    private static double median(double[] coefficients) {
        double[] sorted = coefficients.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2 - 1];
    }

    /**
     * What each of the 64 samples along one axis is made of. PDQ runs a box filter over the axis twice, which comes to a
     * tent, and then takes 64 of the values that it made. Both are linear, so that each sample is a weighted sum of the
     * pixels near it, and the others need not be filtered.
     *
     * <p>A box of width {@code w} reaches from {@code (w - 1) / 2} pixels before to {@code w / 2} pixels behind its own, is
     * clipped at the ends of the axis and divided by what is left of it.
     *
     * @param start the first pixel of each sample
     * @param weights those of the pixels from {@code start} on; each sample's sum to 1
     */
    record TentWeights(int[] start, double[][] weights) {

        /** Samples along an axis. */
        static final int SAMPLES = 64;

        /** Two passes with boxes of this many to the axis reach as far as the distance between two samples. */
        private static final int BOXES = 2 * SAMPLES;

        /**
         * The weights of an axis.
         *
         * @param length pixels along it
         * @param reversed whether the pixels are counted from the other end of the axis
         */
        static TentWeights of(int length, boolean reversed) {
            Box box = new Box(length, (length + BOXES - 1) / BOXES);
            int[] start = new int[SAMPLES];
            double[][] weights = new double[SAMPLES][];
            for (int sample = 0; sample < SAMPLES; sample++) {
                int centre = (int) ((sample + 0.5) * length / SAMPLES);
                int from = box.from(box.from(centre));
                int to = box.to(box.to(centre) - 1);
                double[] tent = new double[to - from];
                for (int i = box.from(centre); i < box.to(centre); i++) {
                    double share = 1.0 / box.count(centre) / box.count(i);
                    for (int j = box.from(i); j < box.to(i); j++) {
                        tent[reversed ? to - 1 - j : j - from] += share;
                    }
                }
                start[sample] = reversed ? length - to : from;
                weights[sample] = tent;
            }
            return new TentWeights(start, weights);
        }

        /** The weighted sum of one sample. */
        double weigh(int sample, double[] pixels) {
            double sum = 0;
            int from = start[sample];
            double[] tent = weights[sample];
            for (int i = 0; i < tent.length; i++) {
                sum += tent[i] * pixels[from + i];
            }
            return sum;
        }

        /**
         * Which pixels one box is the mean of.
         *
         * @param length pixels along the axis
         * @param width of the box where it is not clipped
         */
        private record Box(int length, int width) {

            int from(int centre) {
                return Math.max(0, centre - (width - 1) / 2);
            }

            /** One past the last. */
            int to(int centre) {
                return Math.min(length, centre + width / 2 + 1);
            }

            int count(int centre) {
                return to(centre) - from(centre);
            }
        }
    }
}
