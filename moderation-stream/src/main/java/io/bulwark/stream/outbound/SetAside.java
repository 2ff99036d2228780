package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
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

/** Writes what a neighbour does not take to {@link Topics#UNDELIVERED}, before the offset moves on. One thread. */
final class SetAside implements AutoCloseable {

    private static final long SEND_SECONDS = 10;

    private final String topic;
    private final String neighbour;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private Producer<byte[], byte[]> producer;

    /**
     * @param topic of what was set aside, as the broker calls it
     * @param neighbour whom the records are about
     * @param producers makes one, at the first record
     */
    SetAside(String topic, String neighbour, Supplier<Producer<byte[], byte[]>> producers) {
        this.topic = topic;
        this.neighbour = neighbour;
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
        new Undelivered(neighbour, false).addTo(headers);
        var record =
                new ProducerRecord<>(topic, null, event.key().getBytes(StandardCharsets.UTF_8), event.value(), headers);
        try {
            producer.send(record).get(SEND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException unsent) {
            throw new KafkaException("What " + neighbour + " refused could not be set aside", unsent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Setting aside what " + neighbour + " refused was broken off", interrupted);
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(SEND_SECONDS));
        }
    }
}
