package io.bulwark.deploy.image;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An unpacked image as a separate file system, in the mount namespace of this process. Everything is read-only but
 * {@code /tmp}, which is empty, and the volumes; from {@code /tmp} nothing can be executed or mapped as code.
 *
 * @param root where the image is unpacked
 * @param user uid and gid of the image
 * @param entrypoint of the image
 * @param environment of the image
 */
record FencedContainer(Path root, String user, List<String> entrypoint, Map<String, String> environment) {

    private static final String JAVA = "/opt/java";
    private static final int LIMIT_SECONDS = 300;

    /**
     * Mounts what the base image would bring, and what is given to the container.
     *
     * @param readOnly folders and files of this machine, by their paths in the container
     * @param volumes paths of empty volumes, which the image's user may write
     */
    void mount(Map<String, Path> readOnly, List<String> volumes) throws IOException {
        Map<String, Path> bound = new TreeMap<>(readOnly);
        bound.put("/usr", Path.of("/usr"));
        bound.put("/etc", Path.of("/etc"));
        bound.put(JAVA, Path.of(System.getProperty("java.home")));
        for (String name : List.of("bin", "lib", "lib64")) {
            Path onHost = Path.of("/", name);
            if (Files.isSymbolicLink(onHost)) {
                Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(onHost));
            } else if (Files.isDirectory(onHost)) {
                bound.put("/" + name, onHost);
            }
        }
        for (Map.Entry<String, Path> source : bound.entrySet()) {
            Path target = target(source.getKey());
            if (Files.isDirectory(source.getValue())) {
                Files.createDirectories(target);
            } else {
                Files.createDirectories(target.getParent());
                Files.createFile(target);
            }
        }
        for (String folder : List.of("/tmp", "/proc", "/dev")) {
            Files.createDirectories(target(folder));
        }
        run("mount", "--bind", root.toString(), root.toString());
        for (Map.Entry<String, Path> source : bound.entrySet()) {
            bindReadOnly(source.getValue(), target(source.getKey()));
        }
        run("mount", "--rbind", "/dev", target("/dev").toString());
        run("mount", "-t", "proc", "proc", target("/proc").toString());
        List<String> writable = new ArrayList<>(volumes);
        writable.add("/tmp");
        for (String folder : writable) {
            String target = target(folder).toString();
            run("mount", "-t", "tmpfs", "-o", "noexec,nosuid,nodev,mode=1777,size=512m", "tmpfs", target);
        }
        run("mount", "-o", "remount,bind,ro", root.toString());
    }

    /** Starts the image's entrypoint with further words. */
    Process start(Map<String, String> further, Path log, String... words) throws IOException {
        List<String> command = new ArrayList<>(entrypoint);
        command.addAll(List.of(words));
        return start(command, further, log);
    }

    /** Starts any command as the image's user. */
    Process start(List<String> command, Map<String, String> further, Path log) throws IOException {
        List<String> line = new ArrayList<>(
                List.of("chroot", "--userspec=" + user, "--groups=" + user.split(":")[1], root.toString()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", JAVA + "/bin:/usr/bin:/bin");
        builder.environment().putAll(environment);
        builder.environment().putAll(further);
        return builder.start();
    }

    /** Runs the entrypoint to its end, which must be a good one, and returns what it printed. */
    String output(Map<String, String> further, String... words) throws IOException, InterruptedException {
        Path log = Files.createTempFile("fenced", ".log");
        Process process = start(further, log, words);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", words) + " failed: " + Files.readString(log));
        }
        return Files.readString(log);
    }

    /** The files that were written to a writable folder, relative to it. */
    List<String> written(String folder) throws IOException {
        Path target = target(folder);
        try (Stream<Path> files = Files.walk(target)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> target.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private Path target(String path) {
        return root.resolve(path.substring(1));
    }

    private static void bindReadOnly(Path source, Path target) throws IOException {
        run("mount", "--bind", source.toString(), target.toString());
        run("mount", "-o", "remount,bind,ro", target.toString());
    }

    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + String.join(" ", command), interrupted);
        }
    }
}
