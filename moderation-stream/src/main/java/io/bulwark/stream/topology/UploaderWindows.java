package io.bulwark.stream.topology;

import io.bulwark.events.UploaderStats;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Adds changes to the uploaders' windows and sends each window on as it now stands. A window that ended more than the
 * grace before the newest record of the partition stays as it is. One stream thread calls.
 */
final class UploaderWindows extends ContextualProcessor<String, UploaderStats, String, UploaderStats> {

    private final Duration grace;
    private final TopologyEvents events;
    private WindowStore<String, UploaderStats> store;

    UploaderWindows(Duration grace, TopologyEvents events) {
        this.grace = grace;
        this.events = events;
    }

    @Override
    public void init(ProcessorContext<String, UploaderStats> context) {
        super.init(context);
        store = context.getStateStore(StoreNames.UPLOADERS);
    }

    @Override
    public void process(Record<String, UploaderStats> record) {
        UploaderStats delta = record.value();
        Instant streamTime = Instant.ofEpochMilli(context().currentStreamTimeMs());
        if (delta.getWindowEnd().plus(grace).isBefore(streamTime)) {
            events.lateForWindow();
            return;
        }
        long start = delta.getWindowStart().toEpochMilli();
        UploaderStats present = store.fetch(record.key(), start);
        UploaderStats sum = present == null ? delta : add(present, delta);
        store.put(record.key(), sum, start);
        context().forward(record.withValue(sum));
    }

    static UploaderStats add(UploaderStats present, UploaderStats delta) {
        boolean newer = delta.getLastSeenAt().isAfter(present.getLastSeenAt());
        return UploaderStats.newBuilder(present)
                .setTenant(newer ? delta.getTenant() : present.getTenant())
                .setImages(present.getImages() + delta.getImages())
                .setSafe(present.getSafe() + delta.getSafe())
                .setNsfw(present.getNsfw() + delta.getNsfw())
                .setReview(present.getReview() + delta.getReview())
                .setRefused(present.getRefused() + delta.getRefused())
                .setAudits(present.getAudits() + delta.getAudits())
                .setLastSeenAt(newer ? delta.getLastSeenAt() : present.getLastSeenAt())
                .build();
    }
}
