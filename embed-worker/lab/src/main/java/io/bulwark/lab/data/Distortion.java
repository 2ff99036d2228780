package io.bulwark.lab.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * What happens to pictures on their way: traditional distortions in five severities, of which a higher one is always
 * farther from the picture. In the spirit of BAPPS' traditional distortions (Zhang et al., CVPR 2018, table 2) and of
 * ImageNet-C's severities (Hendrycks and Dietterich, ICLR 2019).
 */
public enum Distortion {
    /** Gaussian blur of 0.8 pixels standard deviation a severity. */
    BLUR {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            return picture.blurred(0.8 * severity);
        }
    },
    /** Gaussian noise of 9 levels standard deviation a severity, the same noise scaled. */
    NOISE {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            return picture.mapped((value, x, y, channel) -> value + 9 * severity * random.nextGaussian());
        }
    },
    /** JPEG of quality 0.7, 0.4, 0.2, 0.1, 0.03. */
    JPEG {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            return compressed(picture, JPEG_QUALITY[severity - 1]);
        }
    },
    /** Lighter or darker by 16 levels a severity. */
    BRIGHTNESS {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            int step = random.nextBoolean() ? 16 : -16;
            return picture.mapped((value, x, y, channel) -> value + step * severity);
        }
    },
    /** Contrast about mid-grey reduced by 15 % a severity. */
    CONTRAST {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            return picture.mapped((value, x, y, channel) -> 127.5 + (value - 127.5) * (1 - 0.15 * severity));
        }
    },
    /** One channel raised, another lowered, by 12 levels a severity. */
    COLOUR_CAST {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            int raised = random.nextInt(3);
            int lowered = (raised + 1 + random.nextInt(2)) % 3;
            return picture.mapped((value, x, y, channel) ->
                    value + 12 * severity * (channel == raised ? 1 : channel == lowered ? -1 : 0));
        }
    },
    /** Squares of 2, 4, 7, 11, 16 pixels of one colour. */
    PIXELATE {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            return picture.pixelated(PIXEL_SIZE[severity - 1]);
        }
    },
    /** A grey square of 10 % of the shorter side a severity, about one random point. */
    OCCLUDE {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            int half = Math.max(1, Math.min(picture.width(), picture.height()) * severity / 20);
            int centreX = random.nextInt(picture.width());
            int centreY = random.nextInt(picture.height());
            return picture.mapped((value, x, y, channel) ->
                    Math.abs(x - centreX) <= half && Math.abs(y - centreY) <= half ? 127 : value);
        }
    },
    /** Moved by 3 % of the shorter side a severity in one random direction; edges are repeated. */
    SHIFT {
        @Override
        DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random) {
            double angle = 2 * Math.PI * random.nextDouble();
            double distance = 0.03 * severity * Math.min(picture.width(), picture.height());
            return picture.shifted(
                    (int) Math.round(distance * Math.cos(angle)), (int) Math.round(distance * Math.sin(angle)));
        }
    };

    /** The strongest. */
    public static final int MAX_SEVERITY = 5;

    private static final float[] JPEG_QUALITY = {0.7f, 0.4f, 0.2f, 0.1f, 0.03f};
    private static final int[] PIXEL_SIZE = {2, 4, 7, 11, 16};

    abstract DistortionCanvas distort(DistortionCanvas picture, int severity, RandomGenerator random);

    /**
     * Distorts a picture.
     *
     * @param pixels {@code [height, width, 3]} unsigned bytes, RGB; not modified
     * @param severity in [1, {@link #MAX_SEVERITY}]
     * @param seed of place, direction and noise; one seed gives every severity the same ones
     * @return of the same shape
     */
    public byte[] apply(byte[] pixels, int width, int height, int severity, long seed) {
        checkSeverity(severity);
        return distort(new DistortionCanvas(width, height, pixels), severity, new SplittableRandom(seed))
                .pixels();
    }

    static void checkSeverity(int severity) {
        if (severity < 1 || severity > MAX_SEVERITY) {
            throw new IllegalArgumentException("severity %d is not in [1, %d]".formatted(severity, MAX_SEVERITY));
        }
    }

    private static DistortionCanvas compressed(DistortionCanvas picture, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(file)) {
                writer.setOutput(stream);
                writer.write(null, new IIOImage(picture.toImage(), null, null), parameters);
            }
            return DistortionCanvas.of(ImageIO.read(new ByteArrayInputStream(file.toByteArray())));
        } catch (IOException impossible) {
            throw new UncheckedIOException("a JPEG in memory", impossible);
        } finally {
            writer.dispose();
        }
    }

    /** As in the names of generated triplets: {@code colour-cast}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
