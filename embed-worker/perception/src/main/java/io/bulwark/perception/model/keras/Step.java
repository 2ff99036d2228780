package io.bulwark.perception.model.keras;

import java.util.List;

/**
 * A layer in its place.
 *
 * @param name of the layer; an activation within it is a separate step under the same name
 * @param operation what it does
 * @param inputs places of what it gets
 * @param answer what it answers for a picture
 */
record Step(String name, Operation operation, List<Integer> inputs, Extent answer) {

    Step {
        inputs = List.copyOf(inputs);
    }

    /** Where its only input is. */
    int input() {
        return inputs.get(0);
    }
}
