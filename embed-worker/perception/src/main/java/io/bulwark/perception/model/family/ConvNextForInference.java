package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@link OpenClipConvNext} on a CPU without gradients: a few images at a time, the learnt scale put into the matrix before
 * it. In fp32 MKL's products add to what is there; in bfloat16 oneDNN multiplies matrices that are packed at the first
 * call, with bias, activation and residual sum fused in. (On a processor with AVX512-BF16, two threads, a ConvNeXt-B gains
 * 4 % by it in fp32, which leaves it within a tenth of the peak, and 8 % in bfloat16.)
 *
 * @param network whose tensors it reads
 * @param packed whether oneDNN multiplies
 */
record ConvNextForInference(OpenClipConvNext network, boolean packed) implements OtherProgram {

    /** What the first call takes out of the stacked tensors, block by block. */
    private static final List<String> TAKEN = List.of(
            "depthwise_weight",
            "depthwise_bias",
            "norm_weight",
            "norm_bias",
            "fc1_weight",
            "fc1_bias",
            "fc2_weight",
            "fc2_bias");

    @Override
    public Program program() {
        return Program.beside(
                ConvNextForInference.class,
                "open_clip_convnext_inference.py",
                "convnext_layers.py",
                packed ? "convnext_packed.py" : "convnext_in_place.py",
                network.projected(),
                network.head().program());
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        return network.layOut(weights, type);
    }

    @Override
    public SortedMap<String, Object> constants() {
        return network.constants();
    }

    @Override
    public Map<String, List<LinkTensor>> lists(Weights weights, ElementType type) {
        Map<String, List<LinkTensor>> lists = new TreeMap<>();
        TAKEN.forEach(name -> lists.put(name, List.of()));
        return lists;
    }
}
