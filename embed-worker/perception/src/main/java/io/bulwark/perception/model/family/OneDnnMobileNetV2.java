package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * {@link MobileNetV2} on an x86 CPU without gradients: its kernels packed for oneDNN at the first call, with bias, ReLU6
 * and residual sum fused in. Kernels that are not packed, oneDNN reorders in each call. In bfloat16 on a processor with
 * AMX it is twice as fast as the readable program.
 *
 * @param network whose tensors it reads
 */
record OneDnnMobileNetV2(MobileNetV2 network) implements OtherProgram {

    private static final int BLOCKS = 17;
    private static final String STEM = "stem.weight";

    @Override
    public Program program() {
        return Program.beside(OneDnnMobileNetV2.class, "mobilenet_v2_onednn.py");
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        List<LinkTensor> laidOut = new ArrayList<>(network.layOut(weights, type).stream()
                .filter(tensor -> !tensor.name().startsWith("block_"))
                .filter(tensor -> !tensor.name().equals(STEM))
                .toList());
        laidOut.add(LinkTensor.channelsLast(STEM, type, tensors().get(STEM), perByte(weights.floats(STEM))));
        return laidOut;
    }

    /** Kernels for pixels in 0 to 255 in place of 0 to 1, which spares dividing them; bfloat16 holds those exactly. */
    private static float[] perByte(float[] kernels) {
        float[] scaled = new float[kernels.length];
        for (int i = 0; i < kernels.length; i++) {
            scaled[i] = kernels[i] / 255;
        }
        return scaled;
    }

    /** Block 0 has no expansion. */
    @Override
    public Map<String, List<LinkTensor>> lists(Weights weights, ElementType type) {
        Map<String, List<LinkTensor>> lists = new TreeMap<>();
        List<LinkTensor> tensors = network.layOut(weights, type);
        for (String layer : List.of("expand", "depthwise", "project")) {
            int first = layer.equals("expand") ? 1 : 0;
            lists.put(layer, List.of());
            lists.put(layer + "_weight", layers(tensors, first, "." + layer + ".weight"));
            lists.put(layer + "_bias", layers(tensors, first, "." + layer + ".bias"));
        }
        return lists;
    }

    private static List<LinkTensor> layers(List<LinkTensor> tensors, int first, String suffix) {
        Map<String, LinkTensor> named = new TreeMap<>();
        tensors.forEach(tensor -> named.put(tensor.name(), tensor));
        return IntStream.range(first, BLOCKS)
                .mapToObj(block -> named.get("block_" + block + suffix))
                .toList();
    }
}
