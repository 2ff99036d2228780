package io.bulwark.perception.model;

import io.bulwark.perception.model.safetensors.ElementType;
import java.util.List;
import java.util.Map;

/**
 * New weights for a model.
 *
 * @param name of the package to be made of it
 * @param weights all of the program's, one row
 * @param tensors where each tensor of the checkpoint lies in the row
 * @param type to store them as: F32, F16 or BF16
 * @param provenance how they came about: parent, data, recipe
 */
public record TunedModel(
        String name, float[] weights, List<TensorPlace> tensors, ElementType type, Map<String, String> provenance) {

    public TunedModel {
        tensors = List.copyOf(tensors);
        provenance = Map.copyOf(provenance);
    }
}
