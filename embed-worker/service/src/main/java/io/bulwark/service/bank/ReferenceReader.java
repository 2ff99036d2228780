package io.bulwark.service.bank;

import io.bulwark.events.Reference;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Follows the references topic on a thread of its own and puts each new state of the bank on the shelf. Changes that
 * come close together make one snapshot: the first waits for the coalescing time, then whatever came by then is built.
 *
 * <p>It has no group: every worker reads all partitions from their begin. If reading fails it begins anew, while the
 * snapshot in use stays.
 */
public final class ReferenceReader implements Runnable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<ReferenceBook> books;
    private final BankIdentity identity;
    private final BankShelf shelf;
    private final Duration coalesce;
    private final NanoClock clock;
    private final ThreadWatch watch;
    private final WorkerMetrics metrics;
    private volatile boolean stopping;
    private String lastTold = "";

    /**
     * Makes a reader.
     *
     * @param consumers each call gives a new consumer without a group
     * @param decoder of the records' values
     * @param wallClock decides which references are disabled now
     */
    public ReferenceReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            EventDecoder<Reference> decoder,
            BankIdentity identity,
            BankShelf shelf,
            Duration coalesce,
            NanoClock clock,
            Clock wallClock,
            ThreadWatch watch,
            WorkerMetrics metrics) {
        this.consumers = consumers;
        this.books = () -> new ReferenceBook(identity, decoder, metrics, wallClock);
        this.identity = identity;
        this.shelf = shelf;
        this.coalesce = coalesce;
        this.clock = clock;
        this.watch = watch;
        this.metrics = metrics;
    }

    /** Makes {@link #run} return soon. */
    public void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        while (!stopping) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                follow(consumer);
            } catch (InterruptException | WakeupException stopped) {
                return;
            } catch (KafkaException failure) {
                tell(failure);
                pause();
            }
        }
        watch.rest();
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        ReferenceBook book = books.get();
        readToEnd(consumer, book);
        if (stopping) {
            return;
        }
        publish(book);
        lastTold = "";
        long changedAt = 0;
        boolean changed = false;
        while (!stopping) {
            watch.begin();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(changed ? coalesce.dividedBy(4) : POLL)) {
                apply(book, record);
            }
            if (!changed && book.isStale()) {
                changed = true;
                changedAt = clock.nanos();
            }
            if (changed && clock.nanos() - changedAt >= coalesce.toNanos()) {
                publish(book);
                changed = false;
            }
        }
    }

    private void readToEnd(Consumer<byte[], byte[]> consumer, ReferenceBook book) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, CALL);
        while (!stopping && partitions.stream().anyMatch(each -> consumer.position(each, CALL) < ends.get(each))) {
            watch.begin();
            consumer.poll(POLL).forEach(record -> apply(book, record));
        }
    }

    /** Each record has its own time: it may wait for its schema. */
    private void apply(ReferenceBook book, ConsumerRecord<byte[], byte[]> record) {
        watch.begin();
        book.apply(record);
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        while (!stopping) {
            watch.begin();
            List<PartitionInfo> infos = consumer.partitionsFor(Topics.REFERENCES.topicName(), CALL);
            if (infos != null && !infos.isEmpty()) {
                return infos.stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
            }
            pause();
        }
        return List.of();
    }

    private void publish(ReferenceBook book) {
        MatrixBank bank = book.snapshot();
        Readiness status = book.judge(bank);
        // Asked before the shelf owns the bank: from then on a newer snapshot may close it.
        String version = bank.version();
        int size = bank.size();
        shelf.put(bank, status);
        if (identity.reader() == BankIdentity.Reader.TWIN) {
            metrics.twinBank(identity.bankName(), version, identity.modelFingerprint(), size);
        } else {
            metrics.bank(identity.bankName(), version, identity.modelFingerprint(), size);
        }
        WorkerLog.bankChanged(identity.bankName(), version, size, status.message());
    }

    private void tell(KafkaException failure) {
        String why = ConnectionFaults.explain(failure)
                .orElseGet(() -> failure.getClass().getSimpleName() + ": " + failure.getMessage());
        shelf.explainAbsence("The references cannot be read. " + why);
        if (!why.equals(lastTold)) {
            WorkerLog.bankReadFailed(why);
            lastTold = why;
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE.toMillis());
        } catch (InterruptedException stopped) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
    }
}
