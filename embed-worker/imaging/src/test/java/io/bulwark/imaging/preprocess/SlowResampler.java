package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;

/** Pillow's two passes written out, one sample at a time: slow and obviously right. */
final class SlowResampler {

    private SlowResampler() {}

    static byte[] resize(
            byte[] samples, int width, int height, int channels, int outWidth, int outHeight, Interpolation filter) {
        byte[] wide = samples;
        if (width != outWidth) {
            wide = new byte[outWidth * height * channels];
            ResampleKernel kernel = ResampleKernel.of(filter, width, outWidth, 0, outWidth);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < outWidth; x++) {
                    for (int c = 0; c < channels; c++) {
                        wide[(y * outWidth + x) * channels + c] =
                                weigh(samples, (y * width + kernel.start()[x]) * channels + c, channels, kernel, x);
                    }
                }
            }
        }
        if (height == outHeight) {
            return wide;
        }
        byte[] out = new byte[outWidth * outHeight * channels];
        ResampleKernel kernel = ResampleKernel.of(filter, height, outHeight, 0, outHeight);
        int row = outWidth * channels;
        for (int y = 0; y < outHeight; y++) {
            for (int i = 0; i < row; i++) {
                out[y * row + i] = weigh(wide, kernel.start()[y] * row + i, row, kernel, y);
            }
        }
        return out;
    }

    private static byte weigh(byte[] samples, int from, int step, ResampleKernel kernel, int output) {
        int sum = 1 << 21;
        for (int i = 0; i < kernel.count()[output]; i++) {
            sum += (samples[from + i * step] & 0xff) * kernel.fixed()[output * kernel.stride() + i];
        }
        return (byte) Math.max(0, Math.min(255, sum >> 22));
    }
}
