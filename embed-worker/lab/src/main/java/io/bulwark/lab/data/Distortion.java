package io.bulwark.lab.data;

import java.awt.image.BufferedImage;
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
    static final int MAX_SEVERITY = 5;

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

    /**
     * A picture to be distorted. Operations give a new one.
     *
     * @param pixels {@code [height, width, 3]} unsigned bytes, RGB
     */
    record DistortionCanvas(int width, int height, byte[] pixels) {

        /** The new value of one sample; rounded and clipped to [0, 255]. Called row by row, channels last. */
        interface Sample {
            double of(int value, int x, int y, int channel);
        }

        static DistortionCanvas of(BufferedImage image) {
            byte[] pixels = new byte[image.getWidth() * image.getHeight() * 3];
            int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            for (int i = 0; i < rgb.length; i++) {
                pixels[3 * i] = (byte) (rgb[i] >> 16);
                pixels[3 * i + 1] = (byte) (rgb[i] >> 8);
                pixels[3 * i + 2] = (byte) rgb[i];
            }
            return new DistortionCanvas(image.getWidth(), image.getHeight(), pixels);
        }

        BufferedImage toImage() {
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            int[] rgb = new int[width * height];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (pixels[3 * i] & 0xFF) << 16 | (pixels[3 * i + 1] & 0xFF) << 8 | pixels[3 * i + 2] & 0xFF;
            }
            image.setRGB(0, 0, width, height, rgb, 0, width);
            return image;
        }

        /** A sample; positions beyond an edge take the edge's. */
        private int at(int x, int y, int channel) {
            int column = Math.max(0, Math.min(width - 1, x));
            int row = Math.max(0, Math.min(height - 1, y));
            return pixels[(row * width + column) * 3 + channel] & 0xFF;
        }

        DistortionCanvas mapped(Sample sample) {
            byte[] mapped = new byte[pixels.length];
            int i = 0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int channel = 0; channel < 3; channel++, i++) {
                        double value = sample.of(pixels[i] & 0xFF, x, y, channel);
                        mapped[i] = (byte) Math.round(Math.max(0, Math.min(255, value)));
                    }
                }
            }
            return new DistortionCanvas(width, height, mapped);
        }

        /** Moved right and down. */
        DistortionCanvas shifted(int right, int down) {
            return mapped((value, x, y, channel) -> at(x - right, y - down, channel));
        }

        /** Each square in its mean colour; {@code size} is its side in pixels. */
        DistortionCanvas pixelated(int size) {
            return mapped((value, x, y, channel) -> {
                int left = x - x % size;
                int top = y - y % size;
                int right = Math.min(width, left + size);
                int bottom = Math.min(height, top + size);
                int sum = 0;
                for (int row = top; row < bottom; row++) {
                    for (int column = left; column < right; column++) {
                        sum += at(column, row, channel);
                    }
                }
                return (double) sum / ((right - left) * (bottom - top));
            });
        }

        /** A Gaussian blur, cut off at three standard deviations. */
        DistortionCanvas blurred(double deviation) {
            double[] kernel = kernel(deviation);
            int reach = kernel.length / 2;
            DistortionCanvas rows = mapped((value, x, y, channel) -> {
                double sum = 0;
                for (int i = -reach; i <= reach; i++) {
                    sum += kernel[i + reach] * at(x + i, y, channel);
                }
                return sum;
            });
            return rows.mapped((value, x, y, channel) -> {
                double sum = 0;
                for (int i = -reach; i <= reach; i++) {
                    sum += kernel[i + reach] * rows.at(x, y + i, channel);
                }
                return sum;
            });
        }

        private static double[] kernel(double deviation) {
            int reach = (int) Math.ceil(3 * deviation);
            double[] kernel = new double[2 * reach + 1];
            double sum = 0;
            for (int i = -reach; i <= reach; i++) {
                kernel[i + reach] = Math.exp(-i * i / (2 * deviation * deviation));
                sum += kernel[i + reach];
            }
            for (int i = 0; i < kernel.length; i++) {
                kernel[i] /= sum;
            }
            return kernel;
        }
    }
}
