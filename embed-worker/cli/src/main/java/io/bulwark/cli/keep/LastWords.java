package io.bulwark.cli.keep;

import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.ImageReport;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The last record of each image on {@code moderation.decisions}. One thread. */
final class LastWords implements AutoCloseable {

    private final Map<String, Last> last = new HashMap<>();
    private final EventDecoder<ImageReport> reports;

    /** Reads the whole topic. */
    LastWords(Broker broker) {
        new TopicScan(broker)
                .each(
                        Topics.DECISIONS,
                        record -> last.put(TopicScan.key(record), new Last(record.offset(), record.value() == null)));
        reports = new EventDecoder<>(ImageReport.class, broker.clientSettings(Map.of()));
    }

    /**
     * Whether what was set aside must not be told any more: its image is forgotten, or something later was decided on it.
     *
     * @param story where it stood first
     * @param record as it was set aside
     */
    boolean outdate(DeadLetterHeaders story, ConsumerRecord<byte[], byte[]> record) {
        if (Topics.REPORTS.isNamed(story.topic())) {
            return imageOf(record).map(last::get).filter(Last::forgotten).isPresent();
        }
        Last word = last.get(TopicScan.key(record));
        // the broker drops a tombstone in the end: an image of which nothing is left is forgotten
        return word == null ? record.value() != null : word.offset() > story.offset();
    }

    private Optional<String> imageOf(ConsumerRecord<byte[], byte[]> record) {
        return reports.decode(record.topic(), record.value()) instanceof DecodedEvent.Event<ImageReport> event
                ? Optional.of(
                        new TenantKey(event.value().getTenant(), event.value().getImageId()).toString())
                : Optional.empty();
    }

    @Override
    public void close() {
        reports.close();
    }

    private record Last(long offset, boolean forgotten) {}
}
