package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/local/bulwark} in a checkout, with a Maven and a Java that do nothing. */
class BulwarkScriptTest {

    @Test
    void a_library_of_an_earlier_version_is_not_on_the_class_path_after_a_build(@TempDir Path checkout)
            throws IOException, InterruptedException {
        Path script = Files.createDirectories(checkout.resolve("deploy/local")).resolve("bulwark");
        Files.copy(Pages.ROOT.resolve("deploy/local/bulwark"), script);
        Path libraries = Files.createDirectories(checkout.resolve("embed-worker/lab/target/lib"));
        Path earlier = Files.createFile(libraries.resolve("library-1.0.jar"));
        program(checkout.resolve("jdk/bin/java"), "true");
        Files.createFile(libraries.resolve("library-1.1.jar"));
        program(
                checkout.resolve("bin/mvn"),
                "echo /repository/library-1.1.jar:/repository/other.jar > embed-worker/lab/target/libraries.txt");

        ProcessBuilder command =
                new ProcessBuilder("bash", script.toString(), "help").redirectOutput(ProcessBuilder.Redirect.DISCARD);
        command.redirectError(checkout.resolve("errors").toFile());
        Map<String, String> environment = command.environment();
        environment.put("PATH", checkout.resolve("bin") + ":" + environment.get("PATH"));
        environment.put("JAVA_HOME", checkout.resolve("jdk").toString());
        int status = command.start().waitFor();

        assertThat(status).as(Files.readString(checkout.resolve("errors"))).isZero();
        assertThat(earlier).doesNotExist();
        assertThat(libraries.resolve("library-1.1.jar")).exists();
    }

    private static void program(Path file, String line) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))),
                "#!/bin/sh\n" + line + "\n");
    }
}
