package io.bulwark.stream.order;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes the records of orders; made at the first. Any thread may send. */
@Singleton
class OrderProducer {

    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final int LARGEST_RECORD = Topics.HOLDS.maxRecordBytes();

    private final StreamConfig config;
    private final Object lock = new Object();
    private KafkaProducer<byte[], byte[]> producer; // guarded by lock

    OrderProducer(StreamConfig config) {
        this.config = config;
    }

    /**
     * Sends, and waits until the broker has it, ten seconds at most.
     *
     * @throws OrderException where it has not
     */
    void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer().send(record).get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new OrderException("The order was broken off.", interrupted);
        } catch (ExecutionException refused) {
            throw refused(record.topic(), refused.getCause());
        } catch (TimeoutException | KafkaException unreachable) {
            throw refused(record.topic(), unreachable);
        }
    }

    private static OrderException refused(String topic, Throwable why) {
        return new OrderException(
                topic + " did not take the order: "
                        + ConnectionFaults.explain(why)
                                .orElseGet(() -> why.getClass().getSimpleName() + "."),
                why);
    }

    private KafkaProducer<byte[], byte[]> producer() {
        synchronized (lock) {
            if (producer == null) {
                Map<String, Object> properties = StreamSettings.kafkaClient(config);
                properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, WITHIN.toMillis());
                properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD);
                producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
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
