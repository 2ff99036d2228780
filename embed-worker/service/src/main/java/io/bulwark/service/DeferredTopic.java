package io.bulwark.service;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.telemetry.WorkerLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The topic to which uploads are deferred. A worker does not begin without it: the first slow location would fail each
 * transaction that it is part of. {@link #await} is called once, by the worker's main thread; the rest by any.
 */
final class DeferredTopic {

    private static final Duration CALL = Duration.ofSeconds(5);
    private static final long PAUSE_SECONDS = 1;
    private static final String NAME = Topics.IMAGES_DEFERRED.topicName();

    private final KafkaClients clients;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile String trouble = "";

    DeferredTopic(KafkaClients clients) {
        this.clients = clients;
    }

    /** Returns when the topic is there and may be read; false if told to stop meanwhile. */
    boolean await() {
        try (Consumer<byte[], byte[]> consumer = clients.followingConsumer()) {
            while (stopping.getCount() > 0) {
                Optional<String> lack = lack(consumer);
                if (lack.isEmpty()) {
                    trouble = "";
                    return true;
                }
                tell(lack.get());
                stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptException | InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static Optional<String> lack(Consumer<byte[], byte[]> consumer) {
        try {
            List<PartitionInfo> partitions = consumer.partitionsFor(NAME, CALL);
            return partitions == null || partitions.isEmpty()
                    ? Optional.of("Topic " + NAME + " does not exist. Create it as the catalogue has it, with `bulwark"
                            + " topics create`")
                    : Optional.empty();
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException failure) {
            return Optional.of(ConnectionFaults.explain(failure)
                    .orElseGet(() -> failure.getClass().getSimpleName() + ": " + failure.getMessage()));
        }
    }

    private void tell(String why) {
        if (!why.equals(trouble)) {
            WorkerLog.deferredTopicMissing(why);
            trouble = why;
        }
    }

    /** What is lacking; empty while nothing is. */
    Optional<String> trouble() {
        return Optional.of(trouble).filter(text -> !text.isEmpty());
    }

    /** Makes {@link #await} return soon. */
    void stop() {
        stopping.countDown();
    }
}
