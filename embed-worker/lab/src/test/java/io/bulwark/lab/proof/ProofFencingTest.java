package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofFencingTest {

    private static final long WORKER = 1;
    private static final long STREAM = 2;

    @TempDir
    private Path log;

    @Test
    void what_a_fenced_instance_wrote_after_a_newer_epoch_is_found_across_segments() {
        write("verdicts-0/00000000000000000000.log", 0, WORKER, 4);
        write("verdicts-0/00000000000000000000.log", 1, WORKER, 5);
        write("verdicts-0/00000000000000000002.log", 2, STREAM, 1);
        write("verdicts-0/00000000000000000002.log", 3, WORKER, 4);

        assertThat(ProofFencing.read(log).findings())
                .containsExactly(
                        new Finding(Rule.FENCED, "verdicts-0@3", "producer 1 wrote with epoch 4 after epoch 5"));
    }

    @Test
    void epochs_that_rise_are_in_order_whatever_other_producers_and_partitions_have() throws IOException {
        write("verdicts-0/00000000000000000000.log", 0, WORKER, 5);
        write("verdicts-0/00000000000000000000.log", 1, WORKER, 5);
        write("verdicts-0/00000000000000000000.log", 2, STREAM, 3);
        write("verdicts-1/00000000000000000000.log", 0, WORKER, 4);
        Files.writeString(log.resolve("meta.properties"), "version=1");

        assertThat(ProofFencing.read(log))
                .extracting(ProofFencing::producers, ProofFencing::batches)
                .containsExactly(2, 4L);
        assertThat(ProofFencing.read(log).findings()).isEmpty();
    }

    @Test
    void a_segment_that_the_broker_writes_meanwhile_is_read() throws Exception {
        String segment = "verdicts-0/00000000000000000000.log";
        write(segment, 0, WORKER, 1);
        AtomicBoolean isRead = new AtomicBoolean();
        CompletableFuture<Void> broker = CompletableFuture.runAsync(() -> {
            for (long offset = 1; !isRead.get() && offset < 100_000; offset++) {
                write(segment, offset, WORKER, 1);
            }
        });

        try {
            for (int look = 0; look < 50; look++) {
                assertThat(ProofFencing.read(log).findings()).isEmpty();
            }
        } finally {
            isRead.set(true);
            broker.get(1, TimeUnit.MINUTES);
        }
    }

    private void write(String segment, long offset, long producer, int epoch) {
        Path file = log.resolve(segment);
        try (FileRecords records = FileRecords.open(opened(file), true)) {
            records.append(MemoryRecords.withTransactionalRecords(
                    offset,
                    Compression.NONE,
                    producer,
                    (short) epoch,
                    0,
                    0,
                    new SimpleRecord("record".getBytes(StandardCharsets.UTF_8))));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static File opened(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return file.toFile();
    }
}
