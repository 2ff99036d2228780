package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.pytorch.jni.JniUtils;
import io.bulwark.perception.encoder.BatchShapes.FastestCall;
import io.bulwark.perception.encoder.EncoderOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * MobileNetV2 as it is published and as a user of PyTorch or DJL gets it: fp32, planes {@code [B, 3, H, W]}, BatchNorm
 * behind every convolution (Sandler et al., CVPR 2018, table 2, at width 1.0, without a classifier). The peer that this
 * project's MobileNetV2 is measured against, in the same run. Random weights: they cost what others cost.
 *
 * <p>Each intermediate result is freed as soon as the next is there, as PyTorch does. One thread, always the same.
 */
public final class PlainMobileNetV2 implements AutoCloseable {

    /** Length of its answer. */
    public static final int DIMENSION = 1280;

    /** Of table 2: expansion, channels, blocks, stride of the first. */
    private static final int[][] STAGES = {
        {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}
    };

    private static final int STEM = 32;
    private static final float EPSILON = 1e-3f;
    private static final int WARM_UP_CALLS = 3;

    private final NDManager memory;
    private final Layer stem;
    private final List<Block> blocks = new ArrayList<>();
    private final Layer last;

    /**
     * Makes one on the CPU.
     *
     * @param options whose threads are used
     */
    public PlainMobileNetV2(EncoderOptions options) {
        // Asked for its side effect: it loads the native library.
        LoadedProgram.gpus();
        if (options.threads() > 0) {
            JniUtils.setNumThreads(options.threads());
        }
        this.memory = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        this.stem = layer(3, STEM, 3, 2, 1, true);
        int channels = STEM;
        for (int[] stage : STAGES) {
            for (int block = 0; block < stage[2]; block++) {
                int stride = block == 0 ? stage[3] : 1;
                blocks.add(block(channels, stage[0], stage[1], stride));
                channels = stage[1];
            }
        }
        this.last = layer(channels, DIMENSION, 1, 1, 1, true);
    }

    private record Block(List<Layer> layers, boolean residual) {}

    private Block block(int in, int expansion, int out, int stride) {
        int wide = in * expansion;
        List<Layer> layers = new ArrayList<>();
        if (expansion > 1) {
            layers.add(layer(in, wide, 1, 1, 1, true));
        }
        layers.add(layer(wide, wide, 3, stride, wide, true));
        layers.add(layer(wide, out, 1, 1, 1, false));
        return new Block(layers, stride == 1 && in == out);
    }

    /** A convolution without bias, BatchNorm, and ReLU6 unless it is linear. */
    private record Layer(NDArray weight, NDArray norm, int stride, int groups, boolean active) {

        NDArray apply(NDArray x) {
            long pad = weight.getShape().get(2) / 2;
            Shape strides = new Shape(stride, stride);
            try (NDArray convolved = Conv2d.conv2d(
                            x, weight, null, strides, new Shape(pad, pad), new Shape(1, 1), groups)
                    .singletonOrThrow()) {
                NDArray normed = BatchNorm.batchNorm(convolved, norm, norm, norm, norm, 1, 0.9f, EPSILON, false)
                        .singletonOrThrow();
                if (!active) {
                    return normed;
                }
                try (normed) {
                    return normed.clip(0, 6);
                }
            }
        }
    }

    private Layer layer(int in, int out, int kernel, int stride, int groups, boolean active) {
        float spread = (float) Math.sqrt(6.0 * groups / (in * kernel * kernel));
        NDArray weight = memory.randomUniform(-spread, spread, new Shape(out, in / groups, kernel, kernel));
        return new Layer(weight, memory.ones(new Shape(out)), stride, groups, active);
    }

    /**
     * Images a second of the fastest call, with everything but the network left out: the planes are there already.
     *
     * @param side of the pictures
     * @param sizes of the batches
     * @param each time to measure each size for, after its warm-up
     */
    public Map<Integer, Double> imagesPerSecond(int side, List<Integer> sizes, Duration each) {
        Map<Integer, Double> rates = new TreeMap<>();
        for (int size : sizes) {
            try (NDArray planes = memory.randomUniform(0, 1, new Shape(size, 3, side, side))) {
                long nanos = FastestCall.nanos(WARM_UP_CALLS, each, () -> embed(planes));
                rates.put(size, size * 1e9 / nanos);
            }
        }
        return rates;
    }

    /**
     * Embeds a batch.
     *
     * @param planes {@code [B, 3, H, W]}; not closed
     * @return {@code [B, 1280]} row-major
     */
    float[] embed(NDArray planes) {
        // Results hang on their operand's manager, and clip leaves its two bounds there.
        try (NDManager call = memory.newSubManager()) {
            planes.tempAttach(call);
            return pooled(planes);
        }
    }

    private float[] pooled(NDArray planes) {
        NDArray x = stem.apply(planes);
        for (Block block : blocks) {
            NDArray before = x;
            x = through(block.layers(), before);
            if (block.residual()) {
                x.addi(before);
            }
            before.close();
        }
        try (NDArray body = x;
                NDArray features = last.apply(body);
                NDArray flat = features.reshape(features.getShape().get(0), DIMENSION, -1);
                NDArray pooled = flat.mean(new int[] {2})) {
            return Differentiation.floats(pooled);
        }
    }

    private static NDArray through(List<Layer> layers, NDArray input) {
        NDArray x = layers.get(0).apply(input);
        for (Layer layer : layers.subList(1, layers.size())) {
            try (NDArray before = x) {
                x = layer.apply(before);
            }
        }
        return x;
    }

    @Override
    public void close() {
        memory.close();
    }
}
