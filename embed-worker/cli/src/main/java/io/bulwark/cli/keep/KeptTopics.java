package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

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
}
