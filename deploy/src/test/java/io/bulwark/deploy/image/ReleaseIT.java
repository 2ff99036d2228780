package io.bulwark.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The release's tar file, unpacked where there are a JRE and a system's own programs: no checkout and no cache. */
@Tag("proof")
class ReleaseIT {

    private static final long LIMIT_MINUTES = 8;

    @TempDir
    private Path folder;

    @Test
    void theDemoRunsFromTheTarFile() throws Exception {
        List<Path> tars;
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            tars = built.filter(file -> file.getFileName().toString().matches("bulwark-\\d.*\\.tar\\.gz"))
                    .toList();
        }
        assumeTrue(!tars.isEmpty(), "skipped: the profile image makes the tar file");
        assertThat(run(List.of("tar", "xzf", tars.get(0).toAbsolutePath().toString()), System.getenv("PATH")))
                .isEmpty();
        Path release;
        try (Stream<Path> unpacked = Files.list(folder)) {
            release = unpacked.filter(path -> path.getFileName().toString().startsWith("bulwark-"))
                    .findFirst()
                    .orElseThrow();
        }
        String printed = run(
                List.of(release.resolve("deploy/local/demo").toString(), "--once", "--fresh"),
                Path.of(System.getProperty("java.home"), "bin") + ":/usr/bin:/bin");

        assertThat(printed)
                .containsPattern("(?m)^verdicts=80 correct=\\d+ refused=0")
                .as("the first verdict does not wait for attacks")
                .containsPattern("(?s) expected (SAFE|NSFW) +got .*Attacking \\d+ samples")
                .doesNotContain("Building");
        assertThat(release.resolve("README.md")).exists();
        assertThat(release.resolve("deploy/docs/kubernetes.md")).exists();
        assertThat(release.resolve("lib/worker/sbom.json")).exists();
    }

    private String run(List<String> command, String path) throws IOException, InterruptedException {
        Path printed = Files.createTempFile(folder, "printed", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroy();
        }
        assertThat(ended && process.exitValue() == 0)
                .as("%s printed %s", command, Files.readString(printed))
                .isTrue();
        return Files.readString(printed);
    }
}
