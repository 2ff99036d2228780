package io.bulwark.lab.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a benchmark ran on. */
public final class Machine {

    private static final Path CPU = Path.of("/proc/cpuinfo");
    private static final List<String> UNITS = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

    private Machine() {}

    /** Processor, cores, the vector units that matter here, and the JVM, on one line. */
    public static String describe() {
        String cpu = cpuInfo();
        return "%s, %d cores, %s, Java %s"
                .formatted(
                        model(cpu),
                        Runtime.getRuntime().availableProcessors(),
                        UNITS.stream().filter(unit -> cpu.contains(" " + unit)).toList(),
                        Runtime.version().feature());
    }

    private static String model(String cpuInfo) {
        try (Stream<String> lines = cpuInfo.lines()) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    private static String cpuInfo() {
        try {
            return Files.isReadable(CPU) ? Files.readString(CPU) : "";
        } catch (IOException unknown) {
            return "";
        }
    }
}
