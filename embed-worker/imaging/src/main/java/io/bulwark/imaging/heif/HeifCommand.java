package io.bulwark.imaging.heif;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.heif.HeifDecoder.HeifFolder;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command that decodes HEIC and AVIF: libheif's {@code heif-dec}, called {@code heif-convert} in releases before
 * 1.19. Any thread. Serializable, because a worker finds it for its decoder processes, whose environment is empty.
 *
 * @param program absolute path; empty where there is none
 * @param options that it knows and we want
 */
public record HeifCommand(String program, List<String> options) implements Serializable {

    private static final String SETTING = "bulwark.decode.heif-command";
    private static final List<String> NAMES = List.of("heif-dec", "heif-convert");

    /**
     * Options and their values, left out where the release at hand has no such option. A PNG that is compressed little
     * takes a third of the time of one compressed as usual; chroma is interpolated because browsers do it, and the
     * command by itself repeats it.
     */
    private static final List<List<String>> WANTED =
            List.of(List.of("--png-compression-level", "1"), List.of("--chroma-upsampling", "bilinear"));

    /** Exit codes of the shell. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NOT_FOUND = 127;

    /** A 48-megapixel photograph takes some 5 s on one core. */
    private static final int CPU_SECONDS = 20;

    /** A decoder process is killed earlier, by its own deadline; this is for other callers. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** To print its options. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** Four channels of 16 bits a pixel, as PNG stores what does not compress, and its other chunks. */
    private static final int PNG_BYTES_PER_PIXEL = 9;

    private static final long PNG_OTHER_BYTES = 4 << 20;

    /** What a program may print of its options; Debian's print 3 KB. */
    private static final long HELP_BYTES = 1 << 20;

    public HeifCommand {
        options = List.copyOf(options);
    }

    /** Found once; machines do not change while a program runs. */
    private static final class OnThisMachine {
        static final HeifCommand FOUND = of("auto");
    }

    /** No command: these files are refused. */
    public static HeifCommand none() {
        return new HeifCommand("", List.of());
    }

    /** Whether these files are refused. */
    public boolean isNone() {
        return program.isEmpty();
    }

    /** What {@code auto} finds here. Any thread; the first call starts a process. */
    public static HeifCommand onThisMachine() {
        return OnThisMachine.FOUND;
    }

    /**
     * Finds the command that a setting means.
     *
     * @param setting {@code auto}: {@code heif-dec} or {@code heif-convert} of the PATH, or none; {@code none}; or a
     *     path or a name to be looked for in the PATH
     * @throws IllegalStateException if a path or name is given and it is not there or does not work, or if a program is
     *     there and cannot be tried for want of a temporary folder: taken for none, its files would be refused from
     *     then on
     */
    public static HeifCommand of(String setting) {
        return of(setting, Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    static HeifCommand of(String setting, String searchPath) {
        if (setting.equals("none")) {
            return none();
        }
        if (setting.equals("auto")) {
            return NAMES.stream()
                    .flatMap(name -> candidates(name, searchPath))
                    .flatMap(path -> asked(path).stream())
                    .findFirst()
                    .orElse(none());
        }
        Path path = candidates(setting, searchPath)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        SETTING + " is " + setting + ", and there is no such program: install heif-dec (Debian's"
                                + " libheif-examples), name another, or set it to auto or none"));
        return asked(path)
                .orElseThrow(() -> new IllegalStateException(SETTING + " is " + setting + ", and " + path
                        + " does not tell its options: it has to be libheif's heif-dec or heif-convert"));
    }

    private static Stream<Path> candidates(String name, String searchPath) {
        Stream<Path> places = name.contains(File.separator)
                ? Stream.of(Path.of(name))
                : Stream.of(searchPath.split(File.pathSeparator))
                        .filter(folder -> !folder.isEmpty())
                        .map(folder -> Path.of(folder, name));
        return places.map(Path::toAbsolutePath).filter(Files::isRegularFile).filter(Files::isExecutable);
    }

    /** Has it tell its options, in the way that it will decode, so that what is missing here shows at start. */
    private static Optional<HeifCommand> asked(Path path) {
        try (HeifFolder folder = HeifFolder.open()) {
            Optional<String> help = help(path, folder);
            if (help.isEmpty() && folder.usableBytes() < HELP_BYTES) {
                throw new IOException("it is full");
            }
            return help.map(options -> new HeifCommand(path.toString(), known(options)));
        } catch (IOException unusable) {
            throw new IllegalStateException(
                    SETTING + ": " + path + " cannot be tried. " + cannotBeUsed(unusable) + ", or set " + SETTING
                            + " to none",
                    unusable);
        }
    }

    private static Optional<String> help(Path path, HeifFolder folder) throws IOException {
        Path told = folder.output();
        new Confined(CPU_SECONDS, HELP_BYTES, ANSWER).run(List.of(path.toString(), "--help"), told);
        String help = Files.readString(told);
        // Old releases know no --help, and tell their usage with an error.
        return help.toLowerCase(Locale.ROOT).contains("usage") && help.contains("heif")
                ? Optional.of(help)
                : Optional.empty();
    }

    /**
     * Bytes of the temporary folder that a file within these limits can take; a larger PNG is refused for its memory.
     */
    public static long room(DecodeLimits limits) {
        long pixels = Math.min(limits.maxPixels(), Long.MAX_VALUE / (2 * PNG_BYTES_PER_PIXEL));
        return Math.min(pixels * PNG_BYTES_PER_PIXEL, limits.memoryBytes()) + PNG_OTHER_BYTES;
    }

    /**
     * What this machine lacks to decode one file: the program, or room in the temporary folder. It is found out without
     * any file of a client: the program is started and a small file written. Any thread; some 10 ms.
     *
     * @param bytes of the temporary folder that have to be free; half of a folder that is not twice as large is enough,
     *     so that a small one is not always at fault
     * @return one sentence with what to do; empty where nothing is lacking, and where no command was found at the start
     */
    public Optional<String> lack(long bytes) {
        if (isNone()) {
            return Optional.empty();
        }
        Path path = Path.of(program);
        if (!Files.isExecutable(path)) {
            return Optional.of(program + ", which decodes HEIC and AVIF, is not there any more or cannot be executed ("
                    + SETTING + "): install heif-dec (Debian's libheif-examples) again");
        }
        try (HeifFolder folder = HeifFolder.open()) {
            Optional<String> shortage = shortage(bytes, folder.usableBytes(), folder.totalBytes());
            if (shortage.isPresent()) {
                return shortage;
            }
            return help(path, folder).isPresent()
                    ? Optional.empty()
                    : Optional.of(program + ", which decodes HEIC and AVIF, does not print its options any more ("
                            + SETTING + "): install it and its libraries again");
        } catch (IOException unusable) {
            return Optional.of(cannotBeUsed(unusable));
        }
    }

    /** @param total of the folder's file system, 0 where that does not say */
    static Optional<String> shortage(long bytes, long usable, long total) {
        long needed = total == 0 ? 0 : Math.min(bytes, total / 2);
        return usable >= needed
                ? Optional.empty()
                : Optional.of("The temporary folder " + HeifFolder.parent() + " (java.io.tmpdir) has "
                        + (usable >> 20) + " MB left, and to decode a HEIC or AVIF may take " + (needed >> 20)
                        + " MB there: free space or enlarge it");
    }

    private static String cannotBeUsed(IOException why) {
        return "The temporary folder " + HeifFolder.parent()
                + " (java.io.tmpdir), which decoding HEIC and AVIF needs, cannot be used: " + why
                + ". Free space or make it writable";
    }

    private static List<String> known(String help) {
        return WANTED.stream()
                .filter(option -> help.contains(option.get(0)))
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Decodes a folder's input to its output.
     *
     * @param pixels that the picture may have
     * @return its exit code, 128 and more for signals; past its deadline it ends by a signal, too
     * @throws IOException if it cannot be run
     */
    int decode(HeifFolder folder, long pixels) throws IOException {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(options);
        words.add(folder.input().toString());
        words.add(folder.output().toString());
        long outputBytes = pixels * PNG_BYTES_PER_PIXEL + PNG_OTHER_BYTES;
        int exitCode = new Confined(CPU_SECONDS, outputBytes, DEADLINE).run(words, Path.of("/dev/null"));
        if (exitCode == NOT_EXECUTABLE || exitCode == NOT_FOUND) {
            throw new IOException(program + " cannot be run (" + SETTING + "): exit code " + exitCode);
        }
        return exitCode;
    }

    /**
     * How a program is run that a file may take over: no environment, no core file, a limit of CPU time and of what it
     * writes; address space and number of files are limited as in the process that runs it.
     *
     * @param cpuSeconds of all its threads
     * @param outputBytes of each file that it writes
     * @param deadline after which it is killed
     */
    record Confined(int cpuSeconds, long outputBytes, Duration deadline) {

        private static final File NOTHING = new File("/dev/null");

        /** What is waited for at a time. */
        private static final Duration LOOK = Duration.ofSeconds(1);

        /** Of POSIX, for files. */
        private static final int BLOCK = 512;

        /** The parent may be killed while it hangs: only the kernel can end it then. */
        private static final String DIE_WITH_PARENT =
                "if command -v setpriv >/dev/null; then exec setpriv --pdeathsig KILL -- \"$@\"; fi; exec \"$@\"";

        /** Whether a program ends by then; time in which this process, and with it the program, was stopped is one look. */
        static boolean ends(Process process, Duration deadline) throws InterruptedException {
            for (Duration left = deadline; !left.isNegative() && !left.isZero(); left = left.minus(LOOK)) {
                Duration wait = left.compareTo(LOOK) < 0 ? left : LOOK;
                if (process.waitFor(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    return true;
                }
            }
            return false;
        }

        /**
         * Runs a program to its end.
         *
         * @param told gets what it prints, errors too
         * @return its exit code; 128 and the number of the signal that ended it
         * @throws IOException if it cannot be started
         */
        int run(List<String> words, Path told) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    "/bin/sh",
                    "-c",
                    "ulimit -c 0; ulimit -t " + cpuSeconds + "; ulimit -f " + (outputBytes / BLOCK + 1) + "; "
                            + DIE_WITH_PARENT,
                    "sh"));
            command.addAll(words);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(NOTHING)
                    .redirectErrorStream(true)
                    .redirectOutput(told.toFile());
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.put("PATH", "/usr/bin:/bin");
            environment.put("LANG", "C.UTF-8");
            environment.put("MALLOC_ARENA_MAX", "2");
            Process process = builder.start();
            try {
                if (!ends(process, deadline)) {
                    process.destroyForcibly();
                }
                return process.waitFor();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("The decoding of a file was interrupted", stopped);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
