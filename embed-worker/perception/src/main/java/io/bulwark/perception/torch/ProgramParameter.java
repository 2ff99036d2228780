package io.bulwark.perception.torch;

import java.util.List;

/**
 * A parameter's place in the row of all weights of a program.
 *
 * @param name in the program, such as {@code block_0_project_weight}
 * @param shape as the program sees it
 * @param offset of its first element in the row
 */
public record ProgramParameter(String name, List<Long> shape, int offset) {

    public ProgramParameter {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    int length() {
        return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    }
}
