package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Undelivered;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes events that a receiver does not take to {@link Topics#UNDELIVERED}, before the offset moves on. One thread.
 */
final class UndeliveredTopic implements AutoCloseable {

    private static final long SEND_SECONDS = 10;

    private final String topic;
    private final String receiver;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private Producer<byte[], byte[]> producer;

    /**
     * @param topic of undelivered events, as the broker calls it
     * @param receiver the receiver's name
     * @param producers makes one, at the first record
     */
    UndeliveredTopic(String topic, String receiver, Supplier<Producer<byte[], byte[]>> producers) {
        this.topic = topic;
        this.receiver = receiver;
        this.producers = producers;
    }

    /**
     * @param reason one word
     * @param detail one sentence; holds nothing of the content
     * @throws KafkaException where the broker does not take it
     */
    void write(Event event, String reason, String detail) {
        if (producer == null) {
            producer = producers.get();
        }
        var headers = new RecordHeaders();
        new DeadLetterHeaders(
                        reason,
                        detail,
                        Optional.empty(),
                        event.topic(),
                        event.partition(),
                        event.offset(),
                        event.at().toEpochMilli(),
                        Optional.empty())
                .addTo(headers);
        new Undelivered(receiver, false).addTo(headers);
        var record =
                new ProducerRecord<>(topic, null, event.key().getBytes(StandardCharsets.UTF_8), event.value(), headers);
        try {
            producer.send(record).get(SEND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException unsent) {
            throw new KafkaException("An event that " + receiver + " refused could not be written to " + topic, unsent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Writing to " + topic + " was interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(SEND_SECONDS));
        }
    }
}
