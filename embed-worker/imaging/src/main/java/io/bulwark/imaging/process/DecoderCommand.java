package io.bulwark.imaging.process;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How a decoder process is started: which program, from which jars, within which limits. */
final class DecoderCommand {

    private static final Path SHELL = Path.of("/bin/sh");

    /** One resource of each jar that decoding needs; the last ones are there only where libraries come in jars. */
    private static final List<String> NEEDED = List.of(
            "org/bytedeco/leptonica/PIX.class",
            "org/bytedeco/javacpp/Loader.class",
            "org/bytedeco/leptonica/linux-x86_64/libjnileptonica.so",
            "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so");

    /** Settings of the worker by which libraries find their files. */
    private static final List<String> PASSED_ON =
            List.of("java.library.path", "org.bytedeco.javacpp.pathsFirst", "user.home", "java.io.tmpdir");

    /** Address space of a JVM beyond its heap: code, classes, stacks, libraries. Some 430 MB were seen. */
    private static final long JVM_BYTES = 512L << 20;

    private final Class<?> program;
    private final ProcessLimits limits;

    /** @param program its main method is that of {@link DecoderProcess} but in tests */
    DecoderCommand(Class<?> program, ProcessLimits limits) {
        this.program = program;
        this.limits = limits;
    }

    ProcessBuilder builder() throws IOException {
        List<String> java = java();
        ProcessBuilder builder = new ProcessBuilder(Files.isExecutable(SHELL) ? limited(java) : java);
        // Neither options of the worker's JVM nor anything secret is handed on.
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("LANG", "C.UTF-8");
        // Each further arena of malloc would keep its own unused memory.
        environment.put("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    /** No core dumps, few files, and an address space that a decoder in native code cannot leave. */
    private List<String> limited(List<String> java) {
        long kilobytes = (limits.heapBytes() + limits.nativeBytes() + JVM_BYTES) / 1024;
        List<String> command = new ArrayList<>(List.of(
                SHELL.toString(), "-c", "ulimit -c 0; ulimit -n 256; ulimit -v " + kilobytes + "; exec \"$@\"", "sh"));
        command.addAll(java);
        return command;
    }

    private List<String> java() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + limits.heapBytes(),
                "-Xms" + 2 * ProcessLimits.YOUNG_BYTES,
                "-Xmn" + ProcessLimits.YOUNG_BYTES,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ReservedCodeCacheSize=48m",
                "-XX:CompressedClassSpaceSize=32m",
                "-XX:MaxMetaspaceSize=96m",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:+ErrorFileToStderr",
                "-XX:+DisplayVMOutputToStderr",
                "-Djava.awt.headless=true"));
        for (String property : PASSED_ON) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        command.add("-cp");
        command.add(classPath());
        command.add(program.getName());
        return command;
    }

    private String classPath() throws IOException {
        Set<String> places = new LinkedHashSet<>();
        places.add(place(resource(program)));
        places.add(place(resource(DecoderProcess.class)));
        for (String resource : NEEDED) {
            if (DecoderCommand.class.getClassLoader().getResource(resource) != null) {
                places.add(place(resource));
            }
        }
        return String.join(System.getProperty("path.separator"), places);
    }

    private static String resource(Class<?> type) {
        return type.getName().replace('.', '/') + ".class";
    }

    /** The jar or folder that a resource lies in. */
    private String place(String resource) throws IOException {
        URL url = program.getClassLoader().getResource(resource);
        if (url == null) {
            throw new IOException("The decoder process cannot be started: nothing on the class path holds " + resource);
        }
        String text = url.toString();
        String outer = text.substring(0, text.length() - resource.length());
        if (outer.startsWith("jar:") && outer.endsWith("!/")) {
            outer = outer.substring("jar:".length(), outer.length() - "!/".length());
        }
        return Path.of(URI.create(outer)).toString();
    }
}
