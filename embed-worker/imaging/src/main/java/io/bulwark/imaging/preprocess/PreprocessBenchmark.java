package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * What decoding and preprocessing cost against the JDK's decode alone, the peer, in the same run. The two take turns,
 * so that a busy machine slows both, and medians are compared. One thread uses it.
 */
public final class PreprocessBenchmark {

    private final ImageDecoder decoder;
    private final Preprocessor preprocessor;
    private long checksum;

    public PreprocessBenchmark(ImageDecoder decoder, Preprocessor preprocessor) {
        this.decoder = decoder;
        this.preprocessor = preprocessor;
    }

    /**
     * One measurement.
     *
     * @param width of the picture in pixels
     * @param height of the picture in pixels
     * @param fileBytes size of the file
     * @param views views made of it
     * @param rounds timed rounds after warm-up
     * @param jdkMillis median of {@code ImageIO.read}
     * @param decodeMillis median of our decode
     * @param preprocessMillis median of making the views
     * @param totalMillis median of both together
     */
    public record Result(
            int width,
            int height,
            int fileBytes,
            int views,
            int rounds,
            double jdkMillis,
            double decodeMillis,
            double preprocessMillis,
            double totalMillis) {

        /** Decode and preprocessing as a multiple of the JDK's decode. */
        public double ratio() {
            return totalMillis / jdkMillis;
        }
    }

    /**
     * Measures one file.
     *
     * @param file a picture that the JDK reads too
     * @param warmUp rounds that are not timed, at least 0
     * @param rounds rounds that are timed, at least 1
     * @throws IllegalArgumentException if the file is refused
     */
    public Result measure(byte[] file, int warmUp, int rounds) {
        boolean cached = ImageIO.getUseCache();
        double[] jdk = new double[rounds];
        double[] decode = new double[rounds];
        double[] preprocess = new double[rounds];
        double[] total = new double[rounds];
        Decoded picture = null;
        int views = 0;
        try {
            // Otherwise the peer would pay for a temporary file.
            ImageIO.setUseCache(false);
            for (int i = -warmUp; i < rounds; i++) {
                long start = System.nanoTime();
                checksum += jdkDecode(file);
                long jdkDone = System.nanoTime();
                picture = decode(file);
                long decoded = System.nanoTime();
                var seen = preprocessor.views(picture);
                long done = System.nanoTime();
                views = seen.size();
                checksum += seen.get(0).pixels()[0];
                if (i >= 0) {
                    jdk[i] = (jdkDone - start) / 1e6;
                    decode[i] = (decoded - jdkDone) / 1e6;
                    preprocess[i] = (done - decoded) / 1e6;
                    total[i] = (done - jdkDone) / 1e6;
                }
            }
        } finally {
            ImageIO.setUseCache(cached);
        }
        int width = picture.frames().get(0).width();
        int height = picture.frames().get(0).height();
        return new Result(
                width,
                height,
                file.length,
                views,
                rounds,
                median(jdk),
                median(decode),
                median(preprocess),
                median(total));
    }

    /** Keeps the JIT from leaving out the work. */
    public long checksum() {
        return checksum;
    }

    private static int jdkDecode(byte[] file) {
        try {
            return ImageIO.read(new ByteArrayInputStream(file)).getWidth();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Decoded decode(byte[] file) {
        DecodeResult result = decoder.decode(file);
        if (result instanceof Decoded decoded) {
            return decoded;
        }
        throw new IllegalArgumentException("The benchmark's picture is refused: " + result);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /**
     * A synthetic photo (smooth colours, edges and noise) as a JPEG of the JDK's default quality. One seed of eight, 1
     * among them, draws rectangles, which are taken for panels; the others ovals, which seldom are. So at 640x480 the
     * pictures of many seeds have as many views on average as photographs of that size: 3.6.
     */
    public static byte[] syntheticJpeg(int width, int height, long seed) {
        Random random = new Random(seed);
        boolean straight = seed % 8 == 1;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = (x / 97 + y / 61) % 3 == 0 && (straight || isInOval(x % 97 - 48, y % 61 - 30));
                int noise = random.nextInt(24);
                int red = wave(x, y, 0.011, 0.017) + noise;
                int green = wave(x, y, 0.023, 0.007) + noise;
                int blue = (inside ? 40 : wave(x, y, 0.005, 0.031)) + noise;
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static boolean isInOval(int x, int y) {
        return x * x * 28 * 28 + y * y * 44 * 44 < 44 * 44 * 28 * 28;
    }

    private static int wave(int x, int y, double fx, double fy) {
        return (int) (115 + 100 * Math.sin(x * fx + y * fy));
    }
}
