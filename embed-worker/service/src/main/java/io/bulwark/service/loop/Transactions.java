package io.bulwark.service.loop;

import io.bulwark.service.loop.Committer.Commits;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.telemetry.WorkerLog;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * The transactional producer, and its replacement after any failure. Which calls may follow which failed call differs
 * between errors and between versions of the client; a new producer under the same transactional id is right after all
 * of them. One thread at a time: {@link Commits} says whose it is.
 */
final class Transactions implements AutoCloseable {

    private static final int DEEPEST_CAUSE = 20;

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final AnswerRecords records;
    private Producer<byte[], byte[]> producer;

    Transactions(Supplier<Producer<byte[], byte[]>> producers, AnswerRecords records) {
        this.producers = producers;
        this.records = records;
    }

    /**
     * Replaces the producer. When this returns, every earlier transaction of this worker is settled: committed or
     * aborted, no longer open.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker does not answer; to be called again
     */
    void reopen() {
        close();
        producer = producers.get();
        producer.initTransactions();
    }

    /**
     * Writes the answers and the offsets, all or nothing. The first record that cannot be sent ends it: each further
     * one could block as long as that, for a topic without metadata.
     */
    CommitResult commit(Committable answers, ConsumerGroupMetadata group) {
        try {
            producer.beginTransaction();
            for (UploadInFlight upload : answers.answered()) {
                records.of(upload).forEach(this::send);
            }
            producer.sendOffsetsToTransaction(answers.offsets(), group);
            producer.commitTransaction();
            return new CommitResult.Committed();
        } catch (RuntimeException failure) {
            if (isHopeless(failure)) {
                return new CommitResult.Hopeless(failure);
            }
            if (isCausedBy(failure, RecordTooLargeException.class)) {
                records.shrink();
            }
            boolean aborted = abort();
            return aborted && isStale(failure) ? new CommitResult.Stale() : new CommitResult.Unsettled(failure);
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> sent = producer.send(record);
        if (!sent.isDone()) {
            return;
        }
        try {
            sent.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptException(stopped);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : new KafkaException(failed.getCause());
        }
    }

    /** Lets readers go on at once; where even this fails, the next {@link #reopen} does it. */
    private boolean abort() {
        try {
            producer.abortTransaction();
            return true;
        } catch (RuntimeException left) {
            WorkerLog.closeFailed("A transaction's abort", left);
            return false;
        }
    }

    /** Whether the group has a newer generation than the commit named, and nothing else is wrong. */
    private static boolean isStale(RuntimeException failure) {
        return isCausedBy(
                failure, CommitFailedException.class, IllegalGenerationException.class, UnknownMemberIdException.class);
    }

    /** Whether no new producer would help: the broker refuses who we are or what we are. */
    static boolean isHopeless(RuntimeException failure) {
        return isCausedBy(
                failure,
                AuthenticationException.class,
                AuthorizationException.class,
                UnsupportedVersionException.class,
                FencedInstanceIdException.class);
    }

    /** Whether the failure or one of its causes is of one of these classes: Kafka's clients wrap what went wrong. */
    static boolean isCausedBy(Throwable failure, Class<?>... classes) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST_CAUSE)
                .anyMatch(each -> Stream.of(classes).anyMatch(type -> type.isInstance(each)));
    }

    @Override
    public void close() {
        if (producer != null) {
            try {
                // Nothing is pending: a transaction is committed, aborted or lost when this is called.
                producer.close(Duration.ZERO);
            } catch (RuntimeException failure) {
                WorkerLog.closeFailed("A producer", failure);
            }
            producer = null;
        }
    }

    /** The result of a transaction. */
    sealed interface CommitResult {

        /** The answers and their offsets are committed. */
        record Committed() implements CommitResult {}

        /**
         * It was refused for the group's generation alone and is aborted: nothing was committed, the producer is
         * usable, and the same can be committed as the group knows this worker now.
         */
        record Stale() implements CommitResult {}

        /** It failed, or its fate is unknown: settle it with a new producer and read on from the committed offsets. */
        record Unsettled(RuntimeException cause) implements CommitResult {}

        /** It failed, and every further one would. */
        record Hopeless(RuntimeException cause) implements CommitResult {}
    }
}
