package io.bulwark.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTargetTest {

    @TempDir
    Path folder;

    @Test
    void a_folder_has_one_run_at_a_time() {
        oneRunAtATime(this::target);
    }

    @Test
    void a_run_in_another_process_is_refused_and_a_killed_one_keeps_no_one_out() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.resolve("exports").toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            try (ExportTarget target = target()) {
                refused(target);
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
        try (ExportTarget target = target()) {
            target.lock();
        }
    }

    /** A run that holds the lock until it is killed. */
    static final class Holder {
        public static void main(String[] folder) throws Exception {
            ExportTarget target = ExportTarget.of(folder[0], Optional.empty(), Optional.empty());
            target.lock();
            System.out.println("held");
            Thread.currentThread().join();
        }
    }

    /** Of a bucket; the endpoint is its store's. */
    static void aRunThatIsSilentForLongLosesTheLock(URI endpoint) {
        Optional<URI> store = Optional.of(endpoint);
        Optional<String> region = Optional.of("us-east-1");
        InstantSource later =
                () -> Instant.now().plus(ExportTarget.Bucket.LEASE).plusSeconds(60);
        List<InstantSource> clock = new ArrayList<>(List.of(InstantSource.system()));
        try (ExportTarget silent = ExportTarget.of(
                        "s3://analysts/bulwark",
                        store,
                        region,
                        () -> clock.get(0).instant());
                ExportTarget second = ExportTarget.of("s3://analysts/bulwark", store, region, later)) {
            silent.lock();
            silent.delete("nothing");
            second.lock();
            clock.set(0, later);
            assertThatThrownBy(() -> silent.delete("nothing"))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("another run");
            second.delete("nothing");
        }
    }

    /** Of any kind of target. */
    static void oneRunAtATime(Supplier<ExportTarget> targets) {
        try (ExportTarget second = targets.get()) {
            try (ExportTarget first = targets.get()) {
                first.lock();
                refused(second);
            }
            try (ExportTarget third = targets.get()) {
                third.lock();
                assertThat(third.list()).contains(ExportTarget.LOCK);
            }
        }
    }

    private static void refused(ExportTarget target) {
        assertThatThrownBy(target::lock)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(ExportTarget.LOCK)
                .hasMessageContaining("another run")
                .extracting(failure -> ((CommandFailure) failure).exitCode())
                .isEqualTo(ExitCodes.FAILED);
    }

    private ExportTarget target() {
        return ExportTarget.of(folder.resolve("exports").toString(), Optional.empty(), Optional.empty());
    }
}
