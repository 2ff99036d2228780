package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which inputs make which output, and by what weight, along one axis: Pillow's {@code precompute_coeffs}. The filter is
 * widened by the scale when shrinking (antialiasing), clipped at the border and normalised. Where the size stays, each
 * output is its own input: both filters are 1 there and 0 a whole pixel away.
 *
 * @param start first input of each output
 * @param count inputs of each output
 * @param stride weights kept for each output, a multiple of {@link #MULTIPLE}
 * @param weights {@code [outputs, stride]}, each output's sum to 1
 * @param fixed the weights in 22-bit fixed point, {@code [outputs, stride]}
 */
record ResampleKernel(int[] start, int[] count, int stride, double[] weights, int[] fixed) {

    /** Fractional bits: 32 less 8 for the sample and 2 for overshoot. */
    static final int PRECISION_BITS = 22;

    /** Weights come in groups of this size; behind the last one that an output has stand zeros. */
    static final int MULTIPLE = 4;

    /**
     * The kernel of an axis.
     *
     * @param in inputs
     * @param out outputs of the whole axis
     * @param first first output wanted
     * @param wanted outputs wanted
     */
    static ResampleKernel of(Interpolation filter, int in, int out, int first, int wanted) {
        double scale = (double) in / out;
        double filterScale = Math.max(scale, 1.0);
        double support = support(filter) * filterScale;
        int stride = ((int) Math.ceil(support) * 2 + MULTIPLE) / MULTIPLE * MULTIPLE;
        int[] start = new int[wanted];
        int[] count = new int[wanted];
        double[] weights = new double[wanted * stride];
        int[] fixed = new int[wanted * stride];
        double inverse = 1.0 / filterScale;
        for (int i = 0; i < wanted; i++) {
            double centre = (first + i + 0.5) * scale;
            int from = Math.max(0, (int) (centre - support + 0.5));
            int to = Math.min(in, (int) (centre + support + 0.5));
            double sum = 0;
            int at = i * stride;
            for (int x = from; x < to; x++) {
                double w = weight(filter, (x - centre + 0.5) * inverse);
                weights[at + x - from] = w;
                sum += w;
            }
            for (int k = at; k < at + to - from; k++) {
                if (sum != 0) {
                    weights[k] /= sum;
                }
                fixed[k] = (int) (weights[k] * (1 << PRECISION_BITS) + (weights[k] < 0 ? -0.5 : 0.5));
            }
            start[i] = from;
            count[i] = to - from;
        }
        return new ResampleKernel(start, count, stride, weights, fixed);
    }

    int outputs() {
        return start.length;
    }

    /** One past the last input of an output. */
    int end(int output) {
        return start[output] + count[output];
    }

    /** First input of all outputs together. */
    int from() {
        return start[0];
    }

    /** One past the last input of all outputs together. */
    int to() {
        return end(start.length - 1);
    }

    private static double support(Interpolation filter) {
        return filter == Interpolation.BICUBIC ? 2.0 : 1.0;
    }

    private static double weight(Interpolation filter, double distance) {
        double x = Math.abs(distance);
        if (filter == Interpolation.BILINEAR) {
            return x < 1.0 ? 1.0 - x : 0.0;
        }
        // Keys' cubic with a = -0.5, written as Pillow evaluates it: other orders of operations round otherwise.
        double a = -0.5;
        if (x < 1.0) {
            return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        }
        return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
    }

    /**
     * The kernels used last. Uploads share few sizes, and a kernel costs about as much as resizing a small picture.
     * Bounded in number and in size, because sizes are the uploader's choice. Any thread.
     */
    static final class Cache {

        private static final int MAX_KERNELS = 32;
        private static final int MAX_WEIGHTS = 1 << 15;

        private record Key(Interpolation filter, int in, int out, int first, int wanted) {}

        private final Map<Key, ResampleKernel> kernels = new LinkedHashMap<>(MAX_KERNELS, 0.75f, true);

        ResampleKernel get(Interpolation filter, int in, int out, int first, int wanted) {
            Key key = new Key(filter, in, out, first, wanted);
            synchronized (kernels) {
                ResampleKernel known = kernels.get(key);
                if (known != null) {
                    return known;
                }
            }
            ResampleKernel kernel = ResampleKernel.of(filter, in, out, first, wanted);
            if (kernel.fixed().length <= MAX_WEIGHTS) {
                synchronized (kernels) {
                    kernels.put(key, kernel);
                    if (kernels.size() > MAX_KERNELS) {
                        kernels.remove(kernels.keySet().iterator().next());
                    }
                }
            }
            return kernel;
        }
    }
}
