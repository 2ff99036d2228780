package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kernels used last. Uploads share few sizes, and a kernel costs about as much as resizing a small picture. Bounded
 * in number and in size, because sizes are the uploader's choice. Any thread.
 */
final class KernelCache {

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
