package io.bulwark.stream.order;

import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Cleanup;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.RecordWriter;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Places and releases legal holds, and orders the erasure that the end of one calls for. Any thread. */
@Singleton
public class HoldOrders {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final String topic;
    private final String erasures;
    private final EventSerializer<Hold> serializer = new EventSerializer<>(Hold.class);
    private final EventSerializer<Erasure> erasureSerializer = new EventSerializer<>(Erasure.class);
    private final RecordWriter writer;

    HoldOrders(StreamConfig config) {
        this.topic = StreamSettings.topics(config).of(Topics.HOLDS);
        this.erasures = StreamSettings.topics(config).of(Topics.ERASURES);
        serializer.configure(StreamSettings.serdes(config), false);
        erasureSerializer.configure(StreamSettings.serdes(config), false);
        writer = new RecordWriter(
                () -> StreamSettings.producer(
                        config,
                        Map.of(
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                WITHIN.toMillis(),
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                Topics.HOLDS.maxRecordBytes())),
                WITHIN);
    }

    /**
     * Writes the hold as it now is, which replaces the one before. Waits ten seconds at most.
     *
     * @throws ProblemException where the broker does not take it
     */
    public void write(Hold hold) {
        write(topic, key(hold), serializer.serialize(topic, hold));
    }

    /**
     * Takes the record of a hold away: a tombstone. Waits ten seconds at most.
     *
     * @throws ProblemException where the broker does not take it
     */
    public void remove(Hold hold) {
        write(topic, key(hold), null);
    }

    private static String key(Hold hold) {
        return TenantKey.ofHold(hold.getTenant(), hold.getSubject(), hold.getId())
                .toString();
    }

    /**
     * Orders an erasure. Waits ten seconds at most.
     *
     * @throws ProblemException where the broker does not take it
     */
    public void write(Erasure order) {
        write(erasures, order.getId(), erasureSerializer.serialize(erasures, order));
    }

    /**
     * Takes the orders on an image away: a tombstone, by which the broker removes them once {@link
     * Cleanup#keptWhole} is over and their segments have ended. Until then every reader has them. The key is the id
     * alone, so orders of any tenant on an image or uploader of that id go with them. Waits ten seconds at most.
     *
     * @throws ProblemException where the broker does not take it
     */
    public void removeErasure(String imageId) {
        write(erasures, imageId, null);
    }

    private void write(String to, String key, byte[] value) {
        try {
            writer.write(List.of(new ProducerRecord<>(to, key.getBytes(StandardCharsets.UTF_8), value)));
        } catch (KafkaException refused) {
            Throwable why = refused.getCause() == null ? refused : refused.getCause();
            throw Problem.ORDER_NOT_TAKEN.with(
                    to + " did not take the order: "
                            + ConnectionFaults.explain(why)
                                    .orElseGet(() -> why.getClass().getSimpleName() + "."),
                    why);
        }
    }

    @PreDestroy
    void close() {
        writer.close();
    }
}
