package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofUsageTest {

    private static final long NO_PROCESS = 999_999_999L;

    @TempDir
    private Path folder;

    @Test
    void this_process_holds_memory_descriptors_and_threads() {
        assumeThat(Path.of("/proc/self/smaps_rollup")).isReadable();

        ProofUsage usage = ProofUsage.of(List.of(ProcessHandle.current().pid()));

        assertThat(usage.memory()).isGreaterThan(10e6);
        assertThat(usage.descriptors()).isPositive();
        assertThat(usage.threads()).isGreaterThanOrEqualTo(Thread.activeCount());
    }

    @Test
    void a_process_that_ended_holds_nothing() {
        assertThat(ProofUsage.of(List.of(NO_PROCESS))).isEqualTo(new ProofUsage(0, 0, 0));
    }

    @Test
    void a_folder_takes_what_its_files_do_and_none_takes_nothing() throws IOException {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        Files.write(folder.resolve("file"), new byte[1_000_000]);

        assertThat(ProofUsage.folder(folder).orElseThrow()).isBetween(1e6, 1.1e6);
        assertThat(ProofUsage.folder(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void a_metric_is_the_sum_over_its_labels() {
        String metrics = "# TYPE jvm_x gauge\njvm_x{area=\"heap\"} 1.5E6\njvm_x{area=\"other\"} 2\njvm_xy 7\n";

        assertThat(ProofUsage.metric(metrics, "jvm_x")).hasValue(1_500_002);
        assertThat(ProofUsage.metric(metrics, "jvm")).isEmpty();
    }
}
