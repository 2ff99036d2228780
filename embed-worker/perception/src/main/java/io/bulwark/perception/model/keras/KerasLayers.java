package io.bulwark.perception.model.keras;

import io.bulwark.perception.model.family.ChannelsLast;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.Piece;
import io.bulwark.perception.model.family.Weights;
import io.bulwark.perception.model.keras.LayerNetwork.Weighted;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A network of Keras layers whose normalisations are folded, such as Inception V3. */
public final class KerasLayers implements Family {

    /** The family's name in {@code model.json}. */
    public static final String NAME = "keras-layers";

    private final LayerNetwork network;
    private final Program program;
    private final Map<String, List<Long>> tensors = new LinkedHashMap<>();
    private final Set<String> head;

    /** @throws IllegalArgumentException if nothing in the network has weights */
    public KerasLayers(LayerNetwork network) {
        this.network = network;
        for (Weighted layer : network.weighted()) {
            tensors.put(layer.weight(), layer.shape());
            tensors.put(layer.bias(), layer.shape().subList(0, 1));
        }
        head = network.weighted().stream()
                .filter(Weighted::isDense)
                .map(Weighted::name)
                .collect(Collectors.toUnmodifiableSet());
        program = LayerProgram.of(network);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int dimension() {
        return network.dimension();
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public Map<String, List<Long>> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        return ChannelsLast.layOut(tensors, weights, name -> isHead(name) ? ElementType.F32 : type);
    }

    @Override
    public List<Piece> pieces() {
        return tensors.entrySet().stream()
                .map(tensor -> new Piece(tensor.getKey(), tensor.getValue(), tensor.getKey(), 0))
                .toList();
    }

    @Override
    public boolean isHead(String tensor) {
        return head.contains(tensor.substring(0, tensor.lastIndexOf('.')));
    }

    @Override
    public long multiplications() {
        return network.weighted().stream().mapToLong(Weighted::multiplications).sum();
    }

    @Override
    public String toString() {
        return "%s of %d layers with weights".formatted(NAME, tensors.size() / 2);
    }
}
