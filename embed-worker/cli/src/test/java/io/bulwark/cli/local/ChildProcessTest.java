package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

    @TempDir
    Path folder;

    @Test
    void is_ready_when_the_probe_says_so_and_gone_after_close() {
        ChildProcess child = start("wait");

        child.awaitReady(this::hasSpoken, Duration.ofSeconds(30));
        assertThat(child.isAlive()).isTrue();
        child.close();

        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void has_its_variables_and_not_those_that_are_taken_away() throws IOException {
        try (ChildProcess child = start("wait")) {
            child.awaitReady(this::hasSpoken, Duration.ofSeconds(30));
        }

        assertThat(log()).content().contains("ready with what is set for it, null");
    }

    @Test
    void one_that_ends_early_is_a_failure_with_its_status_and_the_end_of_its_log() {
        ChildProcess child = start("fail");

        assertThatThrownBy(() -> child.awaitReady(() -> Optional.of("nothing yet"), Duration.ofSeconds(30)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("the helper ended with status 9")
                .hasMessageContaining("line 60")
                .hasMessageContaining("log")
                .hasMessageNotContaining("line 30\n");
    }

    @Test
    void one_that_is_never_ready_is_a_failure_that_says_what_it_waits_for() {
        try (ChildProcess child = start("wait")) {
            assertThatThrownBy(() -> child.awaitReady(() -> Optional.of("the bank is empty"), Duration.ofMillis(200)))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("the helper was not ready")
                    .hasMessageContaining("the bank is empty");
        }
    }

    /** A local node's start was silent for as long as its services took. */
    @Test
    void while_it_starts_notes_say_what_it_waits_for_and_then_that_it_is_ready() {
        List<String> notes = new ArrayList<>();
        int[] asked = {0};
        try (ChildProcess child = start("wait")) {
            child.awaitReady(
                    () -> asked[0]++ < 3 ? Optional.of("the bank\n is empty") : Optional.empty(),
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    notes::add);
        }

        assertThat(notes)
                .hasSize(4)
                .first()
                .asString()
                .matches("the helper has been starting for \\d+ s: the bank is empty");
        assertThat(notes.get(3)).matches("the helper is ready after \\d+ s");
    }

    @Test
    void one_that_ignores_the_request_to_stop_is_killed_after_the_grace_period() {
        ChildProcess child = start("stay");
        child.awaitReady(this::hasSpoken, Duration.ofSeconds(30));

        child.close();

        assertThat(child.isAlive()).isFalse();
        assertThat(child.exitValue()).isEqualTo(128 + 9);
    }

    private Optional<String> hasSpoken() {
        try {
            return Files.readString(log()).contains("ready") ? Optional.empty() : Optional.of("silent");
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private ChildProcess start(String behaviour) {
        JavaCommand command = new JavaCommand(
                Helper.class.getName(),
                KafkaProcess.ownClasspath(),
                List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                List.of(behaviour),
                Map.of("HELPERS_VARIABLE", "what is set for it", "PATH", ""));
        return ChildProcess.start("helper", command, log(), Duration.ofMillis(500));
    }

    private Path log() {
        return folder.resolve("logs/helper.log");
    }

    /** What the child runs. */
    static final class Helper {

        private Helper() {}

        public static void main(String[] arguments) throws InterruptedException {
            if (arguments[0].equals("fail")) {
                for (int line = 1; line <= 60; line++) {
                    System.out.println("line " + line);
                }
                System.exit(9);
            }
            if (arguments[0].equals("stay")) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> waitForEver()));
            }
            System.out.println("ready with " + System.getenv("HELPERS_VARIABLE") + ", " + System.getenv("PATH"));
            waitForEver();
        }

        private static void waitForEver() {
            try {
                new java.util.concurrent.CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
