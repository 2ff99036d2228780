package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Hold;
import io.bulwark.schemas.topic.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes to one topic, and waits for each record. One thread.
 *
 * @param <T> the topic's record, such as {@link Hold}
 */
final class KeeperTopic<T extends SpecificRecord> implements AutoCloseable {

    private final String topic;
    private final KafkaProducer<String, T> producer;

    KeeperTopic(Broker broker, Topics topic, Class<T> type) {
        this.topic = broker.topic(topic);
        this.producer = new KafkaProducer<>(
                broker.clientSettings(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topic.maxRecordBytes())),
                new StringSerializer(),
                broker.serializer(type));
    }

    /**
     * Writes a record.
     *
     * @param value null removes what the key has
     * @throws CommandFailure if the topic did not take it
     */
    void put(String key, T value) {
        put(null, key, value);
    }

    /**
     * Writes a record.
     *
     * @param partition null: that of the key
     * @throws CommandFailure if the topic did not take it
     */
    void put(Integer partition, String key, T value) {
        try {
            producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
        } catch (ExecutionException lost) {
            throw CommandFailure.unavailable(
                    "the topic " + topic + " did not take a record: "
                            + lost.getCause().getMessage(),
                    lost.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while writing to " + topic, interrupted);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
