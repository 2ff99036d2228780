package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.PackedConvolution;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link MobileNetV2} in fp32 on a CPU without gradients: its convolutions packed once for XNNPACK, bias and ReLU6 fused
 * in, about a third faster than oneDNN's, which reorders the kernels in each call. For one thread an operation alone.
 *
 * @param network whose tensors it reads
 */
record XnnpackMobileNetV2(MobileNetV2 network) implements OtherProgram {

    private static final String WEIGHT = ".weight";

    @Override
    public Program program() {
        return Program.beside(XnnpackMobileNetV2.class, "mobilenet_v2_xnnpack.py");
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        if (type != ElementType.F32) {
            throw new IllegalArgumentException("packed convolutions are fp32, asked for is " + type);
        }
        return network.layOut(weights, type).stream()
                .filter(tensor -> tensor.name().startsWith("head."))
                .toList();
    }

    /** A packed convolution keeps where its input and output lie. */
    @Override
    public boolean bearsThreads() {
        return false;
    }

    @Override
    public List<PackedConvolution> packed(Weights weights) {
        List<PackedConvolution> packed = new ArrayList<>();
        tensors().forEach((name, shape) -> {
            if (shape.size() == 4) {
                String layer = name.substring(0, name.length() - WEIGHT.length());
                packed.add(new XnnpackLayer(layer, shape, MobileNetV2.isStrided(layer) ? 2 : 1).packed(weights));
            }
        });
        return packed;
    }
}
