package io.bulwark.perception.encoder;

import java.util.List;

/**
 * A checkpoint's tensor and its place in the row of all weights of the program that was linked from it.
 *
 * @param name in the checkpoint, without a tower's prefix
 * @param shape in the checkpoint; its elements lie row-major
 * @param offset of its first element in the row
 * @param head whether it belongs to a classifier behind the embedding
 * @param adapted whether a low-rank adapter stands on it by default
 */
public record TensorPlace(String name, List<Long> shape, int offset, boolean head, boolean adapted) {

    /** One that no adapter stands on by default. */
    public TensorPlace(String name, List<Long> shape, int offset, boolean head) {
        this(name, shape, offset, head, false);
    }

    public TensorPlace {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public int length() {
        return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    }
}
