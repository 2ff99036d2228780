package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A vision transformer on a CPU without gradients. Of the last block it computes what the class token needs, which spares
 * a fifteenth of the work; activations are computed in place, a few images at a time; and products have bias, activation
 * and residual sum to themselves. Those of fp32 are MKL's, whose result lies where the sum does; those of bfloat16 are
 * oneDNN's, with matrices packed at the first call. (Measured with two threads on a processor with AMX: in fp32
 * oneDNN's packed products fall behind MKL's from some 500 rows on, in bfloat16 they are ahead at any number.)
 *
 * @param network whose tensors it reads
 * @param resources program with the entry {@code forward}, and what else is the network's own
 * @param names that open_clip's transformer has for the network's tensors, where they differ
 * @param quickGelu whether the activation is {@code x * sigmoid(1.702 x)}
 * @param packed whether oneDNN multiplies
 * @param multiplications of one embedding
 */
record VitForInference(
        Family network,
        List<String> resources,
        Map<String, String> names,
        boolean quickGelu,
        boolean packed,
        long multiplications)
        implements OtherProgram {

    /** What the program packs. */
    private static final Map<String, List<LinkTensor>> PACKED =
            Map.of("in_weight", List.of(), "out_weight", List.of(), "fc_weight", List.of(), "proj_weight", List.of());

    /**
     * The network by that program, if there is one for such an inference; else the network itself.
     *
     * @param spared multiplications that the class token does without
     */
    static Family of(
            Family network,
            CpuInference inference,
            List<String> resources,
            Map<String, String> names,
            boolean quickGelu,
            long spared) {
        boolean inPlace = inference.type() == ElementType.F32;
        return inPlace || inference.packs()
                ? new VitForInference(
                        network, resources, names, quickGelu, !inPlace, network.multiplications() - spared)
                : network;
    }

    @Override
    public Program program() {
        List<String> further = new ArrayList<>(resources.subList(1, resources.size()));
        further.add("vit_inference.py");
        further.add(packed ? "transformer_packed.py" : "transformer_in_place.py");
        return Program.beside(VitForInference.class, resources.get(0), further.toArray(String[]::new));
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        return network.layOut(weights, type).stream()
                .map(tensor -> tensor.named(names.getOrDefault(tensor.name(), tensor.name())))
                .toList();
    }

    @Override
    public SortedMap<String, Object> constants() {
        SortedMap<String, Object> constants = new TreeMap<>(network.constants());
        constants.put("quick_gelu", quickGelu);
        return constants;
    }

    @Override
    public Map<String, List<LinkTensor>> lists(Weights weights, ElementType type) {
        return packed ? PACKED : Map.of();
    }
}
