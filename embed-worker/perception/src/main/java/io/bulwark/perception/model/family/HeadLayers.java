package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.Family.Initial;
import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.model.family.Stack.Part;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metric's MLP behind a tower's projection: {@code z + W2 relu(W1 z + b1) + b2} of the embedding z, not normalised (Fu
 * et al., "DreamSim", NeurIPS 2023; on robust encoders Croce et al., SaTML 2025).
 *
 * @param dimension length of an embedding
 * @param hidden units of the layer between; 0 if there is no MLP
 */
public record HeadLayers(int dimension, int hidden) {

    /** What the names of its tensors begin with; behind it they are as DreamSim publishes them. */
    public static final String PREFIX = "metric_head.";

    public HeadLayers {
        if (hidden < 0) {
            throw new IllegalArgumentException("hidden %d; allowed are 0, for no head, and more".formatted(hidden));
        }
    }

    /** The program's method {@code answered}. */
    String program() {
        return hidden == 0 ? "no_head.py" : "metric_head.py";
    }

    private List<Part> parts() {
        return hidden == 0
                ? List.of()
                : List.of(
                        part("fc1.weight", hidden, dimension),
                        part("fc1.bias", hidden),
                        part("fc2.weight", dimension, hidden),
                        part("fc2.bias", dimension));
    }

    private static Part part(String name, long... shape) {
        return Part.of(PREFIX + name, PREFIX + name, shape);
    }

    Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        parts().forEach(part -> shapes.put(part.attribute(), part.shape()));
        return shapes;
    }

    /** Always in F32, as every head. */
    List<LinkTensor> layOut(Weights weights) {
        return parts().stream()
                .map(part -> LinkTensor.rowMajor(
                        part.attribute(), ElementType.F32, part.shape(), weights.data(part.names(), ElementType.F32)))
                .toList();
    }

    List<Piece> pieces() {
        return parts().stream().map(Piece::whole).toList();
    }

    /** Multiplications of one embedding. */
    long multiplications() {
        return 2L * dimension * hidden;
    }

    /** PyTorch's layers. */
    Initial initial(String tensor) {
        return Initial.layer(tensor.contains("fc1") ? dimension : hidden);
    }
}
