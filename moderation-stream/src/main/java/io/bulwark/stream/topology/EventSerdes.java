package io.bulwark.stream.topology;

import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerde;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** Makes the serdes of events. */
final class EventSerdes {

    private final Map<String, ?> published;
    private final Map<String, Object> state;
    private final Map<String, Object> newest;
    private final TopicNames names;

    /**
     * @param settings which release of the schemas is written, where schemas are followed, what topics are called, and for what
     *     is published {@code bulwark.schema-registry.url} or nothing
     */
    EventSerdes(Map<String, ?> settings) {
        published = settings;
        names = TopicNames.in(settings);
        newest = new HashMap<>(settings);
        newest.put(SerdeSettings.WRITE, BundledSchemas.RELEASES);
        state = new HashMap<>(newest);
        state.remove(SerdeSettings.REGISTRY_URL);
        state.remove(SerdeSettings.CLOUD_EVENTS_SOURCE);
    }

    /** The topic's name on the broker. */
    String topic(Topics topic) {
        return names.of(topic);
    }

    /**
     * For state and internal topics: always single-object, so that state does not hang on a registry, and in the newest
     * release, because an older one lacks the content that a review is about.
     */
    <T extends SpecificRecord> Serde<T> state(Class<T> type) {
        return serde(type, state);
    }

    /** For what others read. */
    <T extends SpecificRecord> Serde<T> published(Class<T> type) {
        return serde(type, published);
    }

    /** For what others read and an older release has no words for. */
    <T extends SpecificRecord> Serde<T> newest(Class<T> type) {
        return serde(type, newest);
    }

    /** Of what others wrote. */
    <T extends SpecificRecord> EventDecoder<T> decoder(Class<T> type) {
        return new EventDecoder<>(type, published);
    }

    private static <T extends SpecificRecord> Serde<T> serde(Class<T> type, Map<String, ?> settings) {
        var serde = new EventSerde<>(type);
        serde.configure(settings, false);
        return serde;
    }
}
