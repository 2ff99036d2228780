package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.Hold;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads topics from their first record to what is their committed end now. One thread. */
final class KeptTopics {

    private final Broker broker;

    KeptTopics(Broker broker) {
        this.broker = broker;
    }

    /**
     * Reads a topic; tombstones are left out, but make what they remove no longer live.
     *
     * @param seen gets each record once, in the order of its partition
     * @throws CommandFailure if there is no such topic
     */
    void read(Topics topic, Consumer<KeptRecord> seen) {
        Map<String, Place> last = topic.cleanup().compacted() ? lastOfKeys(topic) : Map.of();
        try (Decoding decoding = decoding(topic)) {
            LatestRecords.each(broker, topic, record -> {
                if (record.value() != null) {
                    String key = LatestRecords.key(record);
                    boolean live =
                            last.isEmpty() || new Place(record.partition(), record.offset()).equals(last.get(key));
                    seen.accept(new KeptRecord(
                            topic,
                            record.partition(),
                            record.offset(),
                            key,
                            decoding.read(record.value()),
                            Instant.ofEpochMilli(record.timestamp()),
                            live));
                }
            });
        }
    }

    private Map<String, Place> lastOfKeys(Topics topic) {
        Map<String, Place> last = new HashMap<>();
        LatestRecords.each(
                broker,
                topic,
                record -> last.put(LatestRecords.key(record), new Place(record.partition(), record.offset())));
        return last;
    }

    private Decoding decoding(Topics topic) {
        return topic.valueClass().isPresent()
                ? new Decoding(
                        broker.topic(topic),
                        Optional.of(new EventDecoder<>(topic.valueClass().get(), broker.clientSettings(Map.of()))))
                : new Decoding(broker.topic(topic), Optional.empty());
    }

    /** Where a record lies in its topic. */
    private record Place(int partition, long offset) {}

    /** Reads the values of one topic. */
    private record Decoding(String topic, Optional<EventDecoder<? extends SpecificRecord>> decoder)
            implements AutoCloseable {

        SpecificRecord read(byte[] value) {
            return decoder.map(known ->
                            known.decode(topic, value) instanceof DecodedEvent.Event<? extends SpecificRecord> event
                                    ? (SpecificRecord) event.value()
                                    : null)
                    .orElse(null);
        }

        @Override
        public void close() {
            decoder.ifPresent(EventDecoder::close);
        }
    }

    /**
     * Writes to one topic, and waits for each record. One thread.
     *
     * @param <T> the topic's record, such as {@link Hold}
     */
    static final class KeeperTopic<T extends SpecificRecord> implements AutoCloseable {

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
                producer.send(new ProducerRecord<>(topic, partition, key, value))
                        .get();
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

    /**
     * A record as it lies on its topic.
     *
     * @param value null where it cannot be read
     * @param at when the broker took it in
     * @param live whether it is the last of its key
     */
    record KeptRecord(
            Topics topic, int partition, long offset, String key, SpecificRecord value, Instant at, boolean live) {

        /** A text field of the record, such as {@code imageId}; empty where it has none. */
        Optional<String> text(String field) {
            Schema.Field found = value == null ? null : value.getSchema().getField(field);
            return found == null
                    ? Optional.empty()
                    : Optional.ofNullable(value.get(found.pos())).map(Object::toString);
        }

        private boolean names(String list, String id) {
            Schema.Field found = value == null ? null : value.getSchema().getField(list);
            return found != null && value.get(found.pos()) instanceof Collection<?> ids && ids.contains(id);
        }

        /**
         * Whether it is about that image, or a campaign that lists it. A record that cannot be read is, where its key
         * is the image's.
         */
        boolean isOfImage(String tenant, String imageId) {
            return value == null
                    ? key.equals(imageId) || key.equals(new TenantKey(tenant, imageId).toString())
                    : (text("imageId").filter(imageId::equals).isPresent() || names("members", imageId))
                            && isOf(tenant);
        }

        /** Whether it is about that uploader, or an image of theirs, or a campaign that lists them. */
        boolean isOfUploader(String tenant, String uploaderId) {
            return (text("uploaderId").filter(uploaderId::equals).isPresent() || names("uploaders", uploaderId))
                    && isOf(tenant);
        }

        private boolean isOf(String tenant) {
            return text("tenant").filter(tenant::equals).isPresent();
        }

        /** When it goes by its age at the latest; empty where it does not. */
        Optional<Instant> goesAt() {
            return topic.cleanup().retention().map(at::plus);
        }
    }
}
