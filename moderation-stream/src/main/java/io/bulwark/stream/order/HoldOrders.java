package io.bulwark.stream.order;

import io.bulwark.events.Hold;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Places and releases legal holds. Any thread. */
@Singleton
public class HoldOrders {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final StreamConfig config;
    private final String topic;
    private final EventSerializer<Hold> serializer = new EventSerializer<>(Hold.class);
    private final Object lock = new Object();
    private Producer<byte[], byte[]> producer; // guarded by lock; made at the first order

    HoldOrders(StreamConfig config) {
        this.config = config;
        this.topic = StreamSettings.topics(config).of(Topics.HOLDS);
        serializer.configure(StreamSettings.serdes(config), false);
    }

    /** An order was not taken; the message says why and suggests a fix. */
    public static final class OrderException extends RuntimeException {

        OrderException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Writes the hold as it now is, which replaces the one before. Waits ten seconds at most.
     *
     * @throws OrderException where the broker does not take it
     */
    public void write(Hold hold) {
        String key = TenantKey.ofHold(hold.getTenant(), hold.getSubject(), hold.getId())
                .toString();
        try {
            producer()
                    .send(new ProducerRecord<>(
                            topic, key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, hold)))
                    .get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new OrderException("The order was interrupted.", interrupted);
        } catch (ExecutionException refused) {
            throw refused(refused.getCause());
        } catch (TimeoutException | KafkaException unreachable) {
            throw refused(unreachable);
        }
    }

    private OrderException refused(Throwable why) {
        return new OrderException(
                topic + " did not take the order: "
                        + ConnectionFaults.explain(why)
                                .orElseGet(() -> why.getClass().getSimpleName() + "."),
                why);
    }

    private Producer<byte[], byte[]> producer() {
        synchronized (lock) {
            if (producer == null) {
                producer = StreamSettings.producer(
                        config,
                        Map.of(
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                WITHIN.toMillis(),
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                Topics.HOLDS.maxRecordBytes()));
            }
            return producer;
        }
    }

    @PreDestroy
    void close() {
        synchronized (lock) {
            if (producer != null) {
                producer.close(WITHIN);
            }
        }
    }
}
