package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.RecordBatch;

/**
 * What a broker's log says of fencing. Each batch of a transactional producer has the producer's id and epoch, and
 * brokers raise the epoch when they end a transaction that ran out, or when another instance begins. So a batch of an
 * older epoch after one of a newer epoch is what an instance wrote that had been fenced. Consumers are not shown epochs,
 * hence the files.
 *
 * @param producers how many ids of producers the log has
 * @param batches how many batches with an epoch
 * @param findings batches of fenced instances
 */
record ProofFencing(int producers, long batches, List<Finding> findings) {

    /**
     * Reads the log of one broker, all topics with those of offsets and changelogs. Other brokers have copies of it.
     *
     * @param log its folder
     * @throws CommandFailure if it cannot be read
     */
    static ProofFencing read(Path log) {
        Map<Long, Short> producers = new HashMap<>();
        List<Finding> findings = new ArrayList<>();
        long batches = 0;
        try {
            for (Path partition : children(log)) {
                Map<Long, Short> epochs = new HashMap<>();
                for (Path segment : Files.isDirectory(partition) ? children(partition) : List.<Path>of()) {
                    if (segment.toString().endsWith(".log")) {
                        batches += read(segment, epochs, findings);
                    }
                }
                producers.putAll(epochs);
            }
        } catch (IOException unreadable) {
            throw CommandFailure.failed("the log in " + log + " cannot be read: " + unreadable, unreadable);
        }
        return new ProofFencing(producers.size(), batches, findings);
    }

    /** @param epochs the last of each producer on the partition, which it changes */
    private static long read(Path segment, Map<Long, Short> epochs, List<Finding> findings) throws IOException {
        long batches = 0;
        FileRecords records = FileRecords.open(segment.toFile(), false);
        try {
            for (RecordBatch batch : records.batches()) {
                if (batch.isTransactional()) {
                    batches++;
                    short last = epochs.getOrDefault(batch.producerId(), (short) 0);
                    if (batch.producerEpoch() < last) {
                        String at = segment.getParent().getFileName() + "@" + batch.baseOffset();
                        findings.add(new Finding(
                                Rule.FENCED,
                                at,
                                "producer " + batch.producerId() + " wrote with epoch " + batch.producerEpoch()
                                        + " after epoch " + last));
                    }
                    epochs.put(batch.producerId(), (short) Math.max(last, batch.producerEpoch()));
                }
            }
        } finally {
            // Closing would cut off what the broker wrote meanwhile.
            records.closeHandlers();
        }
        return batches;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}
