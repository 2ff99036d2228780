package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.PackedConvolution;
import io.bulwark.perception.torchscript.Program;
import java.util.List;
import java.util.SortedMap;

/**
 * {@link EfficientNetLite0} in fp32 on a CPU without gradients: its convolutions packed once for XNNPACK, as those of
 * {@link XnnpackMobileNetV2}. For one thread an operation alone.
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
}
