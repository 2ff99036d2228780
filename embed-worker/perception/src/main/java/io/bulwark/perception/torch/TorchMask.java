package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskLayers.Convolution;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.perception.encoder.DifferentiableMask;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A mask's layers as DJL operations, which libtorch records and differentiates. */
public final class TorchMask implements DifferentiableMask {

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final MaskLayers network;
    private float[] weights;

    /** @param threads within an operation; -1 for all cores */
    public TorchMask(MaskNetwork network, int threads) {
        this.network = network.layers();
        this.weights = network.weights();
        if (threads > 0) {
            JniUtils.setNumThreads(threads);
        }
    }

    @Override
    public void setWeights(float[] row) {
        weights = row;
    }

    @Override
    public float[] logits(float[] pixels, int count, int height, int width) {
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (NDManager batch = manager.newSubManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
            return Differentiation.floats(network.logits(new Layers(batch, network, weights, false), input));
        } finally {
            JniUtils.setGradMode(recording);
        }
    }

    @Override
    public Gradient gradient(
            float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope, boolean byWeights) {
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try (NDManager batch = manager.newSubManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
            input.setRequiresGradient(true);
            Layers layers = new Layers(batch, network, weights, byWeights);
            NDArray logits = network.logits(layers, input);
            NDArray by = batch.create(slope.apply(Differentiation.floats(logits)), logits.getShape());
            JniUtils.backward((PtNDArray) logits, (PtNDArray) by, false, false);
            return new Gradient(Differentiation.floats(input.getGradient()), layers.gradient());
        } finally {
            JniUtils.setGradMode(recording);
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    /** Of one pass. */
    private static final class Layers implements MaskLayers.Operations<NDArray> {

        private final NDManager batch;
        private final MaskLayers network;
        private final float[] weights;
        private final boolean recorded;
        private final Map<Convolution, NDArray[]> leaves = new HashMap<>();

        Layers(NDManager batch, MaskLayers network, float[] weights, boolean recorded) {
            this.batch = batch;
            this.network = network;
            this.weights = weights;
            this.recorded = recorded;
        }

        private NDArray leaf(int from, int count, Shape shape) {
            NDArray leaf = batch.create(Arrays.copyOfRange(weights, from, from + count), shape);
            leaf.setRequiresGradient(recorded);
            return leaf;
        }

        @Override
        public NDArray convolve(Convolution by, NDArray input) {
            int from = network.offset(by);
            NDArray[] own = {
                leaf(from, by.size(), new Shape(by.out(), by.in() / by.groups(), by.kernel(), by.kernel())),
                leaf(from + by.size(), by.out(), new Shape(by.out()))
            };
            leaves.put(by, own);
            return Conv2d.conv2d(
                            input,
                            own[0],
                            own[1],
                            new Shape(by.stride(), by.stride()),
                            new Shape(by.padding(), by.padding()),
                            new Shape(by.dilation(), by.dilation()),
                            by.groups())
                    .get(0);
        }

        @Override
        public NDArray relu(NDArray input) {
            return Activation.relu(input);
        }

        @Override
        public NDArray add(NDArray one, NDArray other) {
            return one.add(other);
        }

        @Override
        public NDArray enlarge(NDArray input) {
            return input.repeat(2, 2).repeat(3, 2);
        }

        float[] gradient() {
            if (!recorded) {
                return new float[0];
            }
            float[] gradient = new float[weights.length];
            leaves.forEach((by, own) -> {
                int from = network.offset(by);
                float[] kernel = Differentiation.floats(own[0].getGradient());
                float[] bias = Differentiation.floats(own[1].getGradient());
                System.arraycopy(kernel, 0, gradient, from, kernel.length);
                System.arraycopy(bias, 0, gradient, from + kernel.length, bias.length);
            });
            return gradient;
        }
    }
}
