package io.bulwark.stream.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.DeadLetterHeaders.Undelivered;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.RecordWriter;
import io.bulwark.stream.outbound.Receiver.Event;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The protocol of a receiver that gets events by HTTP: which events, in which form. One thread. */
interface Receiver extends AutoCloseable {

    /** The topics whose records it gets. */
    Set<Topics> topics();

    /**
     * The message for an event; empty where the receiver does not get it.
     *
     * @throws DecisionEvents.UnreadableEventException where the record will never be readable
     * @throws org.apache.kafka.common.KafkaException where it may be readable later
     */
    Optional<Message> message(Event event);

    /** The request of one attempt. */
    HttpRequest request(Message message, Instant now);

    @Override
    void close();

    /**
     * One event in the receiver's form.
     *
     * @param id the event's
     * @param path appended to the receiver's address; empty for nothing
     * @param body JSON in UTF-8; not modified
     */
    record Message(String id, String path, byte[] body) {

        /** @param json writes instants as ISO 8601 */
        static Message of(Event event, String path, Object document, ObjectMapper json) {
            return new Message(event.id(), path, bytes(document, json));
        }

        static byte[] bytes(Object document, ObjectMapper json) {
            try {
                return json.writeValueAsBytes(document);
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException("A document of plain records has no JSON", impossible);
            }
        }

        HttpRequest.Builder post(URI url, Duration timeout) {
            return HttpRequest.newBuilder(url)
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        }
    }

    /**
     * A receiver as it is configured.
     *
     * @param name in metrics, logs and orders, such as {@code webhooks.shop}
     * @param atOnce attempts that may be under way at a time
     * @param attempts that speak against an event before it is set aside
     * @param timeout of one attempt
     */
    record Destination(String name, Receiver receiver, int atOnce, int attempts, Duration timeout) {}

    /**
     * A record that receivers may get, with its first place: an event that is sent again keeps its id.
     *
     * @param key as text; empty where the record has none
     * @param value null for a tombstone
     * @param at when the broker took it in
     * @param trace that it belongs to
     */
    record Event(String topic, int partition, long offset, Instant at, String key, byte[] value, Context trace) {

        /** The event of a record that was not delivered before. */
        static Event of(ConsumerRecord<byte[], byte[]> record) {
            return of(record, record.topic(), record.partition(), record.offset(), record.timestamp());
        }

        /** The event of a record that was set aside; empty where its headers do not name the original. */
        static Optional<Event> setAside(ConsumerRecord<byte[], byte[]> record) {
            return DeadLetterHeaders.readFrom(record.headers())
                    .map(first -> of(record, first.topic(), first.partition(), first.offset(), first.timestamp()));
        }

        /** The same for every attempt: topic, partition and offset. */
        String id() {
            return topic + "-" + partition + "-" + offset;
        }

        private static Event of(
                ConsumerRecord<byte[], byte[]> record, String topic, int partition, long offset, long timestamp) {
            String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            return new Event(
                    topic,
                    partition,
                    offset,
                    Instant.ofEpochMilli(timestamp),
                    key,
                    record.value(),
                    TraceHeaders.read(record.headers()));
        }
    }

    /**
     * Writes events that a receiver does not take to {@link Topics#UNDELIVERED}, before the offset moves on. One
     * thread.
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
}
