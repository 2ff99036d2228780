package io.bulwark.perception.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine's CPU can do, as Linux tells; elsewhere it is taken for one that can do little. */
final class Cpu {

    private static final Path INFO = Path.of("/proc/cpuinfo");

    private Cpu() {}

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
