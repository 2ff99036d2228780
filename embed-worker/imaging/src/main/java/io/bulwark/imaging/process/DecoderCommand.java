package io.bulwark.imaging.process;

import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.isolation.IsolationLauncher;
import io.bulwark.imaging.isolation.IsolationLauncher.Confinement;
import java.io.File;
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
import java.util.stream.Stream;

/**
 * How a decoder process is started: which program, from which jars, within which limits, and what it may still reach.
 */
final class DecoderCommand {

    private static final Path SHELL = Path.of("/bin/sh");

    /** One resource of each jar that both programs need; the last ones are there only where libraries come in jars. */
    private static final List<String> NEEDED = List.of(
            "com/sun/jna/Native.class",
            "org/bytedeco/leptonica/PIX.class",
            "org/bytedeco/javacpp/Loader.class",
            "org/bytedeco/leptonica/linux-x86_64/libjnileptonica.so",
            "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so");

    /** Settings of the worker by which libraries find their files. */
    private static final List<String> PASSED_ON =
            List.of("java.library.path", "org.bytedeco.javacpp.pathsFirst", "jna.boot.library.path", "jna.nounpack");

    /** What else libraries write or unpack: all of it into the process's own folder. */
    private static final List<String> FOLDERS =
            List.of("java.io.tmpdir", "user.home", "org.bytedeco.javacpp.cachedir", "jna.tmpdir");

    /** Address space of a JVM beyond its heap: code, classes, stacks, libraries. Some 430 MB were seen. */
    private static final long JVM_BYTES = 512L << 20;

    /** What each program on Linux reads, be its loader glibc's or musl's. */
    private static final List<String> SYSTEM = List.of(
            "/usr/lib",
            "/usr/lib64",
            "/usr/local/lib",
            "/lib",
            "/lib64",
            "/etc/ld.so.cache",
            "/dev/random",
            "/dev/urandom",
            "/sys/devices/system/cpu");

    private static final List<String> LOADERS = List.of(
            "/lib64/ld-linux-x86-64.so.2",
            "/lib/ld-linux-aarch64.so.1",
            "/lib/ld-musl-x86_64.so.1",
            "/lib/ld-musl-aarch64.so.1");

    private static final String SETPRIV = "/usr/bin/setpriv";
    private static final String NOTHING = "/dev/null";

    private final Class<?> program;
    private final ProcessLimits limits;
    private final HeifCommand heif;
    private final Path home = Path.of(System.getProperty("java.home"));

    /**
     * Makes it.
     *
     * @param program its main method is that of {@link DecoderProcess} but in tests
     * @param heif the only command that the process may run
     */
    DecoderCommand(Class<?> program, ProcessLimits limits, HeifCommand heif) {
        this.program = program;
        this.limits = limits;
        this.heif = heif;
    }

    /** A process that nothing confines but its limits. */
    ProcessBuilder plain(Path folder) throws IOException {
        return builder(decoder(folder));
    }

    /**
     * A process that leads a new process group and confines itself before it decodes.
     *
     * @param folder its own, the only one that it may write
     */
    ProcessBuilder isolated(Path folder) throws IOException {
        List<String> command = new ArrayList<>(java(folder));
        command.addAll(List.of(
                "-Xmx24m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(File.pathSeparator, classPath()),
                IsolationLauncher.class.getName()));
        command.addAll(confinement(folder).arguments(limits.isolation(), decoder(folder)));
        return builder(command);
    }

    private ProcessBuilder builder(List<String> java) {
        ProcessBuilder builder = new ProcessBuilder(Files.isExecutable(SHELL) ? limited(java) : java);
        // Neither options of the worker's JVM nor anything secret is handed on.
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("LANG", "C.UTF-8");
        // Each further arena of malloc would keep its own unused memory.
        environment.put("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    /**
     * Where memory is short the kernel ends it before the worker; no core dumps, few files, and an address space that a
     * decoder in native code cannot leave.
     */
    private List<String> limited(List<String> java) {
        long kilobytes = (limits.heapBytes() + limits.nativeBytes() + JVM_BYTES) / 1024;
        List<String> command = new ArrayList<>(List.of(
                SHELL.toString(),
                "-c",
                "{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; ulimit -c 0; ulimit -n 256; ulimit -v "
                        + kilobytes + "; exec \"$@\"",
                "sh"));
        command.addAll(java);
        return command;
    }

    /** A JVM of either program. */
    private List<String> java(Path folder) {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin").resolve("java").toString(),
                "-XX:+UseSerialGC",
                "-XX:ReservedCodeCacheSize=48m",
                "-XX:CompressedClassSpaceSize=32m",
                "-XX:MaxMetaspaceSize=96m",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:+ErrorFileToStderr",
                "-XX:+DisplayVMOutputToStderr",
                "--enable-native-access=ALL-UNNAMED",
                // A confined process cannot read the limits of its container.
                "-XX:ActiveProcessorCount=" + Runtime.getRuntime().availableProcessors()));
        for (String property : PASSED_ON) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        FOLDERS.forEach(property -> command.add("-D" + property + "=" + folder));
        return command;
    }

    private List<String> decoder(Path folder) throws IOException {
        List<String> command = new ArrayList<>(java(folder));
        command.addAll(List.of(
                "-Xmx" + limits.heapBytes(),
                "-Xms" + 2 * ProcessLimits.YOUNG_BYTES,
                "-Xmn" + ProcessLimits.YOUNG_BYTES,
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-cp",
                String.join(File.pathSeparator, classPath()),
                program.getName()));
        return command;
    }

    private Confinement confinement(Path folder) throws IOException {
        List<String> read = new ArrayList<>(SYSTEM);
        read.addAll(classPath());
        read.add(home.toString());
        read.addAll(linkedFrom(home));
        Stream.of(System.getProperty("java.library.path", "").split(File.pathSeparator))
                .filter(place -> place.startsWith("/"))
                .forEach(read::add);
        List<String> execute = new ArrayList<>(LOADERS);
        execute.add(home.resolve("bin").resolve("java").toString());
        if (!heif.isNone()) {
            execute.addAll(List.of(
                    home.resolve("lib").resolve("jspawnhelper").toString(), SHELL.toString(), SETPRIV, heif.program()));
            Path command = Path.of(heif.program());
            // Where it is gone by now, its files fail and no others.
            Path real = Files.exists(command) ? command.toRealPath() : command;
            read.add(real.getParent().resolveSibling("lib").toString());
        }
        return new Confinement(read, execute, List.of(folder.toString(), NOTHING), !heif.isNone());
    }

    /** Where links of a folder lead outside of it, as Debian's of a JDK do to {@code /etc}. */
    private static List<String> linkedFrom(Path folder) throws IOException {
        Path real = folder.toRealPath();
        List<String> outside = new ArrayList<>();
        try (Stream<Path> files = Files.walk(real)) {
            for (Path link : (Iterable<Path>) files.filter(Files::isSymbolicLink)::iterator) {
                if (Files.exists(link) && !link.toRealPath().startsWith(real)) {
                    outside.add(link.toRealPath().toString());
                }
            }
        }
        return outside;
    }

    private Set<String> classPath() throws IOException {
        Set<String> places = new LinkedHashSet<>();
        places.add(place(resource(program)));
        places.add(place(resource(DecoderProcess.class)));
        for (String resource : NEEDED) {
            if (DecoderCommand.class.getClassLoader().getResource(resource) != null) {
                places.add(place(resource));
            }
        }
        return places;
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
