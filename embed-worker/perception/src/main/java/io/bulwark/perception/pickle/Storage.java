package io.bulwark.perception.pickle;

import io.bulwark.perception.safetensors.ElementType;
import java.util.Map;
import java.util.Optional;

/**
 * What a persistent id of PyTorch names.
 *
 * @param key its name in the zip's folder {@code data}
 * @param type of its elements
 * @param elements their number
 */
record Storage(String key, ElementType type, long elements) {

    private static final Map<String, ElementType> TYPES = Map.of(
            "FloatStorage", ElementType.F32,
            "HalfStorage", ElementType.F16,
            "BFloat16Storage", ElementType.BF16,
            "DoubleStorage", ElementType.F64,
            "LongStorage", ElementType.I64,
            "IntStorage", ElementType.I32,
            "CharStorage", ElementType.I8,
            "ByteStorage", ElementType.U8,
            "BoolStorage", ElementType.BOOL);

    /** The type that a class of the module {@code torch} stores, if it is a storage. */
    static Optional<ElementType> type(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }
}
