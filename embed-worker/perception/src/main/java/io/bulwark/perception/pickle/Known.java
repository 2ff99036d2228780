package io.bulwark.perception.pickle;

import io.bulwark.perception.safetensors.ElementType;
import java.util.Map;

/**
 * A name of Python's that tensors need.
 *
 * @param what it stands for
 * @param type that a storage has; null of the others
 */
record Known(What what, ElementType type) {

    /** What is done for a name. */
    enum What {
        TENSOR,
        PARAMETER,
        SIZE,
        ORDERED_DICTIONARY,
        STORAGE
    }

    private static final Map<String, What> FUNCTIONS = Map.of(
            "torch._utils._rebuild_tensor_v2", What.TENSOR,
            "torch._utils._rebuild_parameter", What.PARAMETER,
            "torch.Size", What.SIZE,
            "collections.OrderedDict", What.ORDERED_DICTIONARY);

    /** @throws IllegalArgumentException if the name is any other; the message gives it */
    static Known of(String module, String name) {
        What what = FUNCTIONS.get(module + "." + name);
        if (what != null) {
            return new Known(what, null);
        }
        if (module.equals("torch") && Storage.type(name).isPresent()) {
            return new Known(What.STORAGE, Storage.type(name).get());
        }
        throw new IllegalArgumentException(
                "it names '%s.%s'; of Python's names only the ones that tensors need are read, and none is run"
                        .formatted(module, name));
    }
}
