package io.bulwark.stream.runtime;

import io.bulwark.schemas.connection.ConnectionFaults;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * A daemon thread that follows topics with a consumer. After a failure it opens a new consumer a second later, until it
 * is closed.
 */
public abstract class ConsumerLoop implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ConsumerLoop.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile Consumer<byte[], byte[]> consumer;

    /**
     * @param name of the thread, and in the log
     * @param consumers makes a read_committed consumer; called again after a failure
     */
    protected ConsumerLoop(String name, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.consumers = consumers;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public final void start() {
        thread.start();
    }

    /** Asks the loop to end, and does not wait. */
    public final void stop() {
        stopping.countDown();
        Consumer<byte[], byte[]> present = consumer;
        if (present != null) {
            present.wakeup();
        }
    }

    @Override
    public abstract void close();

    /** Asks the loop to end, and waits for it. */
    protected final void stop(Duration within) {
        stop();
        try {
            thread.join(within.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    protected final boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** Polls until {@link #isStopping}, or until the consumer is woken up. On the loop's thread. */
    protected abstract void follow(Consumer<byte[], byte[]> opened);

    /** On the loop's thread, after each failure. */
    protected void onFailure() {}

    private void run() {
        while (!isStopping()) {
            try (Consumer<byte[], byte[]> opened = consumers.get()) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException stopped) {
                LOG.debugf("%s stops", thread.getName());
            } catch (KafkaException trouble) {
                onFailure();
                LOG.warnf(
                        "%s starts again in %d ms: %s",
                        thread.getName(),
                        RETRY.toMillis(),
                        ConnectionFaults.explain(trouble).orElseGet(trouble::getMessage));
            } catch (Throwable defect) { // an Error too: otherwise the thread would end for good
                onFailure();
                LOG.errorf(defect, "%s starts again in %d ms", thread.getName(), RETRY.toMillis());
            } finally {
                consumer = null;
            }
            try {
                stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                stopping.countDown();
            }
        }
    }

    /** Records not read yet in the consumer's partitions. */
    public static long lag(Consumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    /**
     * Commits where a new group starts, so that records written while no instance reads are not passed over. On the
     * consumer's thread.
     */
    public static class FirstOffsets implements ConsumerRebalanceListener {

        private final Consumer<byte[], byte[]> consumer;

        public FirstOffsets(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public final void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(partitions));
            Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
            for (TopicPartition partition : partitions) {
                if (known.get(partition) == null) {
                    first.put(partition, new OffsetAndMetadata(consumer.position(partition)));
                }
            }
            if (!first.isEmpty()) {
                consumer.commitSync(first);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
    }
}
