package io.bulwark.stream.outbound;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.topic.RestrictedDecisions;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.outbound.Receiver.Event;
import io.bulwark.stream.runtime.ConsumerLoop;
import io.bulwark.stream.state.StoreKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Writes decisions as actions to the topic of <a href="https://github.com/roostorg/osprey">Osprey</a>, in the JSON that
 * its Kafka input reads, each exactly once: the offsets are committed in the transaction that writes. After a failure
 * consumer and producer are opened again, and what was not committed is read again.
 */
final class Osprey extends ConsumerLoop {

    private static final Logger LOG = Logger.getLogger(Osprey.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final DecisionEvents events;
    private final ObjectMapper json;
    private final String decisions;
    private final String topic;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final DeliveryMeters meters;

    /**
     * @param json writes instants as ISO 8601
     * @param decisions the topic of decisions, as the broker calls it
     * @param topic that Osprey reads
     * @param consumers makes a read_committed consumer in Osprey's group
     * @param producers makes a transactional producer; called again after a failure
     */
    Osprey(
            DecisionEvents events,
            ObjectMapper json,
            String decisions,
            String topic,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            DeliveryMeters meters) {
        super("outbound-osprey", consumers);
        this.events = events;
        this.json = json;
        this.decisions = decisions;
        this.topic = topic;
        this.producers = producers;
        this.meters = meters;
    }

    @Override
    public void close() {
        stop(END_WITHIN);
        events.close();
    }

    @Override
    protected void onFailure() {
        meters.restarted();
    }

    @Override
    protected void follow(Consumer<byte[], byte[]> opened) {
        try (Producer<byte[], byte[]> producer = producers.get()) {
            producer.initTransactions();
            opened.subscribe(List.of(decisions), new FirstOffsets(opened));
            Map<TopicPartition, Instant> reached = new HashMap<>();
            while (!isStopping()) {
                ConsumerRecords<byte[], byte[]> polled = opened.poll(POLL);
                if (!polled.isEmpty()) {
                    meters.waiting(
                            lag(opened) + polled.count(),
                            StreamSupport.stream(polled.spliterator(), false)
                                    .map(Osprey::at)
                                    .min(Comparator.naturalOrder()));
                    write(opened, producer, polled);
                    polled.forEach(
                            record -> reached.put(new TopicPartition(record.topic(), record.partition()), at(record)));
                }
                meters.waiting(lag(opened), oldest(opened, reached));
                meters.round();
            }
        }
    }

    private static Instant at(ConsumerRecord<byte[], byte[]> record) {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** What is unread in a partition is no older than the record read there last. */
    private static Optional<Instant> oldest(Consumer<byte[], byte[]> opened, Map<TopicPartition, Instant> reached) {
        return opened.assignment().stream()
                .filter(partition -> opened.currentLag(partition).orElse(0) > 0)
                .map(reached::get)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    /** One transaction. Unreadable records are passed over. After an exception it is aborted with its producer. */
    private void write(
            Consumer<byte[], byte[]> opened,
            Producer<byte[], byte[]> producer,
            ConsumerRecords<byte[], byte[]> polled) {
        producer.beginTransaction();
        int written = 0;
        List<String> unreadable = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            Event event = Event.of(record);
            try {
                Optional<byte[]> action = action(event);
                if (action.isPresent()) {
                    producer.send(new ProducerRecord<>(
                            topic, null, record.key(), action.get(), TraceHeaders.only(record.headers())));
                    written++;
                }
            } catch (DecisionEvents.UnreadableEventException passedOver) {
                LOG.warnf("Osprey does not get %s: %s", event.id(), passedOver.getMessage());
                unreadable.add(passedOver.reason());
            }
        }
        producer.sendOffsetsToTransaction(polled.nextOffsets(), opened.groupMetadata());
        producer.commitTransaction();
        meters.delivered(written);
        unreadable.forEach(meters::setAside);
    }

    /**
     * The action of an event; empty where Osprey does not get it.
     *
     * @throws DecisionEvents.UnreadableEventException where the record will never be readable
     */
    Optional<byte[]> action(Event event) {
        return events.change(event).filter(Osprey::isOpen).map(change -> {
            if (change.decision() == null) {
                TenantKey image = change.image();
                return action(
                        event,
                        event.at(),
                        "image_forgotten",
                        new ForgottenData(event.id(), image.tenant(), image.id()));
            }
            DecisionDocument document = DecisionDocument.of(change.decision());
            return action(event, document.since(), "image_verdict", new DecidedData(event.id(), document));
        });
    }

    /** Of a restricted image nothing leaves. */
    private static boolean isOpen(DecisionEvents.Change change) {
        return change.decision() == null || !RestrictedDecisions.isOne(change.decision());
    }

    private byte[] action(Event event, Instant at, String name, Object data) {
        return Receiver.Message.bytes(new Sent(at, new Action(actionId(event.key()), name, data)), json);
    }

    /** The first 63 bits of the key's SHA-256: Osprey needs a number, the same for each event of an image. */
    static long actionId(String key) {
        return ByteBuffer.wrap(StoreKey.sha256(key)).getLong() & Long.MAX_VALUE;
    }

    private record Sent(@JsonProperty("send_time") Instant sendTime, Action data) {}

    private record Action(
            @JsonProperty("action_id") long actionId,
            @JsonProperty("action_name") String actionName,
            Object data) {}

    private record DecidedData(
            String eventId, @JsonUnwrapped DecisionDocument decision) {}

    private record ForgottenData(String eventId, String tenant, String imageId) {}
}
