package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Undelivered;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.RecordWriter;
import io.bulwark.stream.outbound.Receiver.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes events that a receiver does not take to {@link Topics#UNDELIVERED}, before the offset moves on. One thread.
 */
final class UndeliveredTopic implements AutoCloseable {

    private static final Duration SEND = Duration.ofSeconds(10);

    private final String topic;
    private final String receiver;
    private final RecordWriter writer;

    /**
     * @param topic of undelivered events, as the broker calls it
     * @param receiver the receiver's name
     * @param producers makes one, at the first record
     */
    UndeliveredTopic(String topic, String receiver, Supplier<Producer<byte[], byte[]>> producers) {
        this.topic = topic;
        this.receiver = receiver;
        this.writer = new RecordWriter(producers, SEND);
    }

    /**
     * @param reason one word
     * @param detail one sentence; holds nothing of the content
     * @throws KafkaException where the broker does not take it
     */
    void write(Event event, String reason, String detail) {
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
        TraceHeaders.write(event.trace(), headers);
        writer.write(List.of(new ProducerRecord<>(
                topic, null, event.key().getBytes(StandardCharsets.UTF_8), event.value(), headers)));
    }

    @Override
    public void close() {
        writer.close();
    }
}
