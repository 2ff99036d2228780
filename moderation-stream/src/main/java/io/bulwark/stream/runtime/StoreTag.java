package io.bulwark.stream.runtime;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.List;

/**
 * Names a state store by the tag {@code store}, whatever its kind. Kafka Streams has a tag for each kind
 * ({@code rocksdb-state-id}, {@code rocksdb-window-state-id}, and more), and Prometheus takes only one set of tags for a
 * metric: without this, the stores of the kind that comes second are not exported at all.
 */
final class StoreTag implements MeterFilter {

    private static final String STATE = "kafka.stream.state.";

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith(STATE)) {
            return id;
        }
        List<Tag> tags = id.getTags().stream()
                .map(tag -> tag.getKey().matches(".+[-.]state[-.]id") ? Tag.of("store", tag.getValue()) : tag)
                .toList();
        return id.replaceTags(tags);
    }
}
