package io.bulwark.perception.model;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.TensorInfo;
import java.util.EnumMap;
import java.util.Map;

/**
 * A model's file of weights in numbers.
 *
 * @param file its name
 * @param tensors how many it holds
 * @param parameters their elements; 0 where the file does not tell
 * @param bytes their size
 * @param types tensors by type of their elements; empty where the file does not tell
 */
public record WeightsSummary(String file, int tensors, long parameters, long bytes, Map<ElementType, Integer> types) {

    static WeightsSummary of(SafetensorsFile weights) {
        long parameters = 0;
        long bytes = 0;
        Map<ElementType, Integer> types = new EnumMap<>(ElementType.class);
        for (TensorInfo tensor : weights.tensors().values()) {
            parameters += tensor.elements();
            bytes += tensor.bytes();
            types.merge(tensor.type(), 1, Integer::sum);
        }
        return new WeightsSummary(weights.name(), weights.tensors().size(), parameters, bytes, types);
    }
}
