package io.bulwark.stream.runtime;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * The time that the brokers wrote on the newest record of the cluster, looked up every half a minute: what idle tasks
 * compare this machine's clock with. No machine of ours writes it, for the topics have {@code LogAppendTime}. Any
 * thread may ask.
 */
final class BrokerTime implements Supplier<Optional<Instant>>, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(BrokerTime.class);
    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final Duration WITHIN = Duration.ofSeconds(10);

    /** Topics that get records whenever images are moderated. */
    private static final List<Topics> TOPICS = List.of(Topics.IMAGES_UPLOADED, Topics.VERDICTS, Topics.DECISIONS);

    private final List<String> names;
    private final Supplier<Admin> admins;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "broker-time");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Optional<Instant> newest = Optional.empty();

    /**
     * @param names what the topics are called on the broker
     * @param admins makes a client, which is closed after each look
     */
    BrokerTime(TopicNames names, Supplier<Admin> admins) {
        this.names = TOPICS.stream().map(names::of).toList();
        this.admins = admins;
    }

    void start() {
        clock.scheduleWithFixedDelay(this::tick, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Empty until the first look succeeds, and while the topics are empty. What was known stays known. */
    @Override
    public Optional<Instant> get() {
        return newest;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void tick() {
        try (Admin admin = admins.get()) {
            look(admin);
        } catch (ExecutionException | TimeoutException | KafkaException trouble) {
            LOG.debugf(trouble, "The brokers' time is not known now");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once. */
    void look(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, TopicDescription> topics =
                admin.describeTopics(names).allTopicNames().get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        Map<TopicPartition, OffsetSpec> asked = topics.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.maxTimestamp()));
        long found = admin.listOffsets(asked).all().get(WITHIN.toMillis(), TimeUnit.MILLISECONDS).values().stream()
                .mapToLong(ListOffsetsResultInfo::timestamp)
                .max()
                .orElse(-1);
        if (found >= 0) {
            newest = Optional.of(Instant.ofEpochMilli(found));
        }
    }
}
