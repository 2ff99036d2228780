package io.bulwark.perception.pickle;

import io.bulwark.perception.safetensors.ElementType;
import java.util.List;

/**
 * A tensor's place in a storage of the file. It lies within the storage and has no more elements than it.
 *
 * @param storage name of the storage in the zip's folder {@code data}
 * @param type of its elements
 * @param offset of the first element, in elements
 * @param shape extents, none negative; empty for a scalar
 * @param strides in elements, one for each extent, none negative
 */
public record TorchTensor(String storage, ElementType type, long offset, List<Long> shape, List<Long> strides) {

    static final int MAX_DIMENSIONS = 32;

    public TorchTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /**
     * Number of elements.
     *
     * @throws ArithmeticException beyond 2^63 - 1; never of one that was read
     */
    public long elements() {
        return shape.contains(0L) ? 0 : shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Elements of the storage from the first to the last that the tensor has. */
    long span() {
        if (elements() == 0) {
            return 0;
        }
        long span = 1;
        for (int i = 0; i < shape.size(); i++) {
            span = Math.addExact(span, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
        }
        return span;
    }

    boolean isRowMajor() {
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }
}
