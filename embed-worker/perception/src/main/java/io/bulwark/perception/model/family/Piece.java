package io.bulwark.perception.model.family;

import java.util.List;

/**
 * Where a tensor of a checkpoint lies in the program that was linked from it.
 *
 * @param tensor its name in the checkpoint, without a tower's prefix
 * @param shape in the checkpoint
 * @param attribute the program's tensor that holds it, whole or among others, named as in {@code LinkTensor}
 * @param offset of its first element there, row-major
 */
public record Piece(String tensor, List<Long> shape, String attribute, long offset) {

    public Piece {
        shape = List.copyOf(shape);
    }

    /** A tensor that has an attribute to itself. */
    static Piece whole(String tensor, List<Long> shape, String attribute) {
        return new Piece(tensor, shape, attribute, 0);
    }

    static Piece whole(Stack.Part part) {
        return whole(part.names().get(0), part.shape(), part.attribute());
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
