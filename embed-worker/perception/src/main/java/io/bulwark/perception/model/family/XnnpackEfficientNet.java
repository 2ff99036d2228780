package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.Program.PackedConvolution;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * {@link EfficientNetLite0} in fp32 on a CPU without gradients: its convolutions packed once for XNNPACK, as those of
 * {@link MobileNetV2.XnnpackMobileNetV2}. For one thread an operation alone.
 *
 * @param network whose tensors it reads
 */
record XnnpackEfficientNet(EfficientNetLite0 network) implements OtherProgram {

    @Override
    public Program program() {
        return network.program("efficientnet_lite0_xnnpack.py");
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        if (type != ElementType.F32) {
            throw new IllegalArgumentException("packed convolutions are fp32, asked for is " + type);
        }
        return network.layOut(weights, type).stream()
                .filter(tensor -> network.isHead(tensor.name()))
                .toList();
    }

    /** A packed convolution keeps where its input and output lie. */
    @Override
    public boolean bearsThreads() {
        return false;
    }

    @Override
    public List<PackedConvolution> packed(Weights weights) {
        return EfficientNetLite0.convolutions().stream()
                .map(layer -> new XnnpackLayer(layer.name(), layer.shape(), layer.stride()).packed(weights))
                .toList();
    }

    @Override
    public SortedMap<String, Object> constants() {
        return network.constants();
    }

    /**
     * A convolution of an inverted-residual network as XNNPACK packs it: ReLU6 fused in but for projections, "same"
     * padding. XNNPACK's fast depthwise kernels have at most 25 taps, so the program itself pads before a 5x5 filter of
     * stride 2.
     *
     * @param name such as {@code block_3.depthwise}; depthwise and linear ones are known by their names' ends
     * @param shape of its kernels: {@code [out, in, k, k]}, k odd
     * @param stride 1 or 2; inputs of a stride of 2 have even sides
     */
    record XnnpackLayer(String name, List<Long> shape, int stride) {

        PackedConvolution packed(Weights weights) {
            long out = shape.get(0);
            int kernel = Math.toIntExact(shape.get(2));
            boolean widens = stride == 2 && kernel == 3;
            boolean padded = stride == 2 && kernel > 3;
            float[] kernels = weights.floats(name + ".weight");
            OptionalDouble none = OptionalDouble.empty();
            boolean linear = name.endsWith(".project");
            return new PackedConvolution(
                    name,
                    LinkTensor.channelsLast(
                            name + ".weight",
                            ElementType.F32,
                            widens ? List.of(out, shape.get(1), kernel + 1L, kernel + 1L) : shape,
                            widens ? widened(kernels, kernel) : kernels),
                    LinkTensor.of(name + ".bias", ElementType.F32, List.of(out), weights.floats(name + ".bias")),
                    stride,
                    padded ? 0 : kernel / 2,
                    name.endsWith(".depthwise") ? out : 1,
                    linear ? none : OptionalDouble.of(0),
                    linear ? none : OptionalDouble.of(6));
        }

        /**
         * Kernels with a row and a column of zeros before them: padded by half their side on all sides, such a kernel
         * sees what the kernel sees that "same" pads by one less at the top and left. That spares a padded copy of the
         * activations.
         */
        private static float[] widened(float[] kernels, int kernel) {
            int area = kernel * kernel;
            int wider = kernel + 1;
            float[] wide = new float[kernels.length / area * wider * wider];
            for (int i = 0; i < kernels.length; i++) {
                int row = i % area / kernel;
                int column = i % kernel;
                wide[i / area * wider * wider + (row + 1) * wider + column + 1] = kernels[i];
            }
            return wide;
        }
    }
}
