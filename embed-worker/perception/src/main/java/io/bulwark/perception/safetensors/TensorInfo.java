package io.bulwark.perception.safetensors;

import java.util.List;

/**
 * What a header says of one tensor, checked.
 *
 * @param name unique in the file
 * @param type of its elements
 * @param shape extents, none negative; empty for a scalar
 * @param begin first byte, from the start of the body
 * @param end one past the last byte; {@code end - begin} is the product of the extents times the element's size
 */
public record TensorInfo(String name, ElementType type, List<Long> shape, long begin, long end) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Size of the tensor. */
    public long bytes() {
        return end - begin;
    }

    /** Number of elements. */
    public long elements() {
        return bytes() / type.bytes();
    }
}
