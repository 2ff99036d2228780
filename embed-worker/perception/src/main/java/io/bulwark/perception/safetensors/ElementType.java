package io.bulwark.perception.safetensors;

import java.util.Arrays;
import java.util.Optional;

/** Element types by the names that safetensors headers use. All are little-endian. */
public enum ElementType {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    F64(8),
    I64(8),
    U64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether {@link SafetensorsFile#floats} can read it. */
    public boolean readsAsFloat() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }
}
