package io.bulwark.service.loop;

import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/**
 * What comes with partitions and goes with them. Kafka calls it within a poll, on the loop's thread; a commit under way is
 * waited for first.
 */
final class Rebalances implements ConsumerRebalanceListener {

    private final Consumer<byte[], byte[]> consumer;
    private final Committer committer;
    private final InFlight inFlight;
    private final PoisonBreaker breaker;
    private final TakeOver takeOver;
    private final Recovery recovery;
    private final Patience patience;
    private final Quiet quiet;
    private final LoopReport report;
    private boolean joined;

    Rebalances(
            Consumer<byte[], byte[]> consumer,
            Committer committer,
            InFlight inFlight,
            PoisonBreaker breaker,
            TakeOver takeOver,
            Recovery recovery,
            Patience patience,
            Quiet quiet,
            LoopReport report) {
        this.consumer = consumer;
        this.committer = committer;
        this.inFlight = inFlight;
        this.breaker = breaker;
        this.takeOver = takeOver;
        this.recovery = recovery;
        this.patience = patience;
        this.quiet = quiet;
        this.report = report;
    }

    /** Whether the group has taken this worker in, be it without partitions. */
    boolean hasJoined() {
        return joined;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        joined = true;
        report.assigned(partitions);
        committer.knowsGeneration();
        takeOver.assigned(partitions);
        // Else the poll that brought them may bring their records too, though nobody may take any now.
        consumer.pause(partitions);
        // Else polls ask for the committed offset, and wait for it where its last owner died within a transaction.
        partitions.forEach(partition -> consumer.seek(partition, 0));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        committer.join();
        if (!recovery.isNeeded()) {
            committer.close(inFlight.committable(partitions, Integer.MAX_VALUE), partitions);
        }
        drop(partitions);
    }

    /** Nothing can be committed any more. Their next owner finds them open, as if this worker had died. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        committer.join();
        drop(partitions);
    }

    private void drop(Collection<TopicPartition> partitions) {
        quiet.disturbed();
        report.revoked(partitions, inFlight.abandon(partitions));
        breaker.forget(partitions);
        patience.forget(partitions);
        takeOver.gone(partitions);
    }
}
