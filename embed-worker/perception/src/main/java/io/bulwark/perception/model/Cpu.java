package io.bulwark.perception.model;

import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What this machine's CPU can do, as Linux reports it; elsewhere the least is assumed. */
final class Cpu {

    private static final Path INFO = Path.of("/proc/cpuinfo");

    private Cpu() {}

    /** Whether oneDNN multiplies packed matrices of a type here, and natively; libtorch for other CPUs may be without. */
    static boolean packs(ElementType type) {
        return switch (type) {
            case F32 -> Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
            case BF16 -> multipliesBf16();
            default -> false;
        };
    }

    /** What {@link #packs} says of a type on one CPU or another. */
    static List<Boolean> mayPack(ElementType type) {
        return type == ElementType.F32 || type == ElementType.BF16 ? List.of(false, true) : List.of(false);
    }

    /** Whether it is an x86 CPU that multiplies bfloat16 natively. */
    static boolean multipliesBf16() {
        try {
            return Files.isReadable(INFO) && multipliesBf16(Files.readString(INFO));
        } catch (IOException unknownCpu) {
            return false;
        }
    }

    /** By its flags: matrix units for bfloat16 are AMX and AVX512-BF16. */
    static boolean multipliesBf16(String flags) {
        return flags.contains(" amx_bf16") || flags.contains(" avx512_bf16");
    }
}
