package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.heif.HeifFiles;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A hostile program in the decoder's place: as the image's user without capabilities and with a {@code /tmp} that
 * nothing can be executed from where this machine lets the test do that, as root, and on each JDK that is installed.
 * {@link IsolationTrial} runs it; here stands what must come of it.
 */
@Timeout(600)
class IsolationTest {

    private static final String USER = "10001";

    /** Unpacked, as in the images. */
    private static final List<String> LIBRARIES = List.of(
            "/com/sun/jna/linux-x86-64/libjnidispatch.so",
            "/org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so",
            "/org/bytedeco/leptonica/linux-x86_64/libjnileptonica.so",
            "/org/bytedeco/leptonica/linux-x86_64/libleptonica.so.6",
            "/org/bytedeco/leptonica/linux-x86_64/libgomp.so.1");

    /** What a decoder without confinement cannot do to a worker that hides from its user's other processes. */
    private static final Set<String> REFUSED_BY_HIDING =
            Set.of("environment", "memory", "memory-by-call", "ptrace", "attach");

    @TempDir
    static Path work;

    private static List<String> files;
    private static String classPath;

    @BeforeAll
    static void copyWhatAnotherUserMayRead() throws IOException {
        IsolationState offered = IsolationSupport.look();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(offered.isComplete()).as(offered.detail()).isTrue();
        }
        assumeTrue(offered.isComplete(), "skipped: " + offered.detail());
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "skipped: the hostile program knows x86-64");
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> places = new ArrayList<>();
        for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(place).getFileName().toString();
            if (Files.isDirectory(Path.of(place))) {
                places.add(copied(Path.of(place), name));
            } else if (name.matches("(jna|javacpp|leptonica)-.*\\.jar")) {
                places.add(Files.copy(Path.of(place), work.resolve(name)).toString());
            }
        }
        classPath = String.join(File.pathSeparator, places);
        Path libraries = Files.createDirectory(work.resolve("native"));
        for (String library : LIBRARIES) {
            try (InputStream unpacked = IsolationTest.class.getResourceAsStream(library)) {
                Files.copy(unpacked, libraries.resolve(Path.of(library).getFileName()));
            }
        }
        files = new ArrayList<>();
        files.add(Files.write(work.resolve("a.jpg"), HostileImages.jpeg(60, 45)).toString());
        for (String name : List.of("photo_rgb.png", "photo_lossy.webp")) {
            files.add(Files.write(work.resolve(name), GoldenPictures.file(name)).toString());
        }
    }

    private static String copied(Path folder, String name) throws IOException {
        Path copy = work.resolve(folder.getParent().getFileName() + "-" + name);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                Files.copy(file, copy.resolve(folder.relativize(file)));
            }
        }
        return copy.toString();
    }

    /** A JDK and a user. */
    record Place(Path java, boolean root) {
        @Override
        public String toString() {
            return java + (root ? " as root" : " as " + USER);
        }
    }

    static List<Place> places() throws IOException {
        Set<Path> homes =
                new TreeSet<>(List.of(Path.of(System.getProperty("java.home")).toRealPath()));
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> all = Files.list(installed)) {
                for (Path home : (Iterable<Path>) all::iterator) {
                    if (Files.isExecutable(home.resolve("bin/java"))
                            && Files.exists(home.resolve("lib/libattach.so"))) {
                        homes.add(home.toRealPath());
                    }
                }
            }
        }
        List<Place> places = new ArrayList<>();
        for (Path home : homes) {
            places.add(new Place(home, false));
            places.add(new Place(home, true));
        }
        return places;
    }

    @ParameterizedTest
    @MethodSource("places")
    void everyAttemptFailsAndPicturesAreRead(Place place) throws Exception {
        Map<String, String> found = trial(place, "require", "none", "open", files);

        assertWorks(found);
        assertThat(found.get("isolation")).startsWith("Landlock ABI ").endsWith(" and seccomp");
        assertThat(succeeded(found)).as("%s", found).isEmpty();
        if (isRoot() && !place.root() && canMount()) {
            assertThat(found.get("tmp")).contains("noexec");
        }
    }

    @Test
    void withoutIsolationEachOfThemSucceeds() throws Exception {
        assertEachSucceedsWithoutIsolation(places().get(0));
    }

    @ParameterizedTest
    @MethodSource("places")
    @Tag("proof")
    void soItDoesAsEachUserAndOnEachJdk(Place place) throws Exception {
        assertEachSucceedsWithoutIsolation(place);
    }

    private static void assertEachSucceedsWithoutIsolation(Place place) throws Exception {
        Map<String, String> found = trial(place, "none", "none", "open", files);

        Set<String> expected = new TreeSet<>(EscapeProgram.names());
        if (!place.root() && !"0".equals(read("/proc/sys/kernel/yama/ptrace_scope", "0"))) {
            expected.removeAll(Set.of("memory", "memory-by-call", "ptrace"));
        }
        if (!place.root() && !runs("setpriv", "--reuid", USER, "unshare", "-U", "true")) {
            expected.remove("namespace");
        }
        assertWorks(found);
        assertThat(succeeded(found)).as("%s", found).isEqualTo(expected);
    }

    /** Here a process may start others, and a program that it may run is Java. */
    @Test
    void aDaemonBesideHeifDecEndsWithItsDecoder() throws Exception {
        HeifCommand heif = HeifCommand.onThisMachine();
        assumeTrue(!heif.isNone(), "skipped: there is no heif-dec on this machine");
        List<String> pictures = new ArrayList<>(files);
        for (String name : List.of("grid.heic", "alpha.avif")) {
            pictures.add(Files.write(work.resolve(name), HeifFiles.file(name)).toString());
        }
        for (Place place : places()) {
            Map<String, String> found = trial(place, "require", "heif", "open", pictures);

            assertWorks(found);
            assertThat(succeeded(found)).as("%s", found).isEmpty();
            assertThat(found.get("try daemon"))
                    .as("it ran, and was not simply refused")
                    .contains("started")
                    .contains("no new session");
        }
    }

    @Tag("proof")
    @Test
    void aWorkerThatHidesIsNotReadOrAttachedToByItsUsersOtherProcesses() throws Exception {
        assumeTrue(isRoot(), "skipped: only root can become " + USER);
        for (Place place : places()) {
            if (!place.root()) {
                Map<String, String> found = trial(place, "none", "none", "hidden", files);

                assertWorks(found);
                assertThat(succeeded(found))
                        .doesNotContainAnyElementsOf(REFUSED_BY_HIDING)
                        .contains("kill", "tcp");
                assertWorks(trial(place, "require", "none", "hidden", files));
            }
        }
    }

    private static void assertWorks(Map<String, String> found) {
        assertThat(found).containsEntry("oom_score_adj", "1000").containsEntry("cpu time", "true");
        found.forEach((what, how) -> {
            if (what.startsWith("reads ")) {
                assertThat(how).as("%s of %s", what, found).isEqualTo("seen");
            }
        });
        assertThat(found.keySet())
                .containsAll(EscapeProgram.names().stream()
                        .map(name -> "try " + name)
                        .toList());
    }

    private static Set<String> succeeded(Map<String, String> found) {
        Set<String> names = new TreeSet<>();
        found.forEach((what, how) -> {
            if (what.startsWith("try ") && how.contains(EscapeProgram.SUCCEEDED)) {
                names.add(what.substring("try ".length()));
            }
        });
        return names;
    }

    private static Map<String, String> trial(
            Place place, String isolation, String heif, String hidden, List<String> pictures) throws Exception {
        assumeTrue(place.root() == isRoot() || isRoot(), "skipped: this is not root");
        Path folder = Files.createTempDirectory(work, "outside");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command = new ArrayList<>();
        if (!place.root() && isRoot()) {
            if (canMount()) {
                command.addAll(List.of(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "mount --bind " + work
                                + " /mnt && mount -t tmpfs -o noexec,nosuid,nodev,mode=1777 tmpfs /tmp && mkdir -p "
                                + work + " && mount --bind /mnt " + work + " && exec \"$@\"",
                        "sh"));
            }
            command.addAll(List.of(
                    "setpriv",
                    "--reuid",
                    USER,
                    "--regid",
                    USER,
                    "--clear-groups",
                    "--bounding-set=-all",
                    "--inh-caps=-all"));
        }
        command.addAll(List.of(
                place.java().resolve("bin/java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.library.path=" + work.resolve("native"),
                "-Djna.boot.library.path=" + work.resolve("native"),
                "-Djna.nounpack=true",
                "-Dorg.bytedeco.javacpp.pathsFirst=true"));
        if (hidden.equals("hidden")) {
            command.add("-XX:+DisableAttachMechanism");
        }
        command.addAll(
                List.of("-cp", classPath, IsolationTrial.class.getName(), isolation, heif, hidden, folder.toString()));
        command.addAll(pictures);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BULWARK_TRIAL_SECRET", "secret");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        Map<String, String> found = new LinkedHashMap<>();
        said.lines()
                .map(line -> line.split(" = ", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> found.put(pair[0], pair[1]));
        return found;
    }

    private static boolean canMount() throws IOException, InterruptedException {
        return runs("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/tmp");
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static String read(String file, String otherwise) throws IOException {
        return Files.exists(Path.of(file)) ? Files.readString(Path.of(file)).strip() : otherwise;
    }

    private static boolean runs(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
    }
}
