package io.bulwark.perception.model;

import io.bulwark.perception.encoder.TensorPlace;
import io.bulwark.perception.safetensors.ElementType;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * New weights for a model.
 *
 * @param name of the package to be made of it
 * @param weights all of the program's, one row
 * @param tensors where each tensor of the checkpoint lies in the row
 * @param type to store them as: F32, F16 or BF16
 * @param provenance how they came about: parent, data, recipe
 * @param input height and width in pixels of what its encoder sees; empty for the parent's
 */
public record TunedModel(
        String name,
        float[] weights,
        List<TensorPlace> tensors,
        ElementType type,
        Map<String, String> provenance,
        OptionalInt input) {

    /** A model that sees what its parent sees. */
    public TunedModel(
            String name, float[] weights, List<TensorPlace> tensors, ElementType type, Map<String, String> provenance) {
        this(name, weights, tensors, type, provenance, OptionalInt.empty());
    }

    public TunedModel {
        tensors = List.copyOf(tensors);
        provenance = Map.copyOf(provenance);
    }

    /** The same model for squares of another size. */
    public TunedModel withInput(int pixels) {
        return new TunedModel(name, weights, tensors, type, provenance, OptionalInt.of(pixels));
    }
}
