package io.bulwark.lab.data;

import java.awt.image.BufferedImage;

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

    /** Each square of so many pixels in the mean colour of it. */
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
