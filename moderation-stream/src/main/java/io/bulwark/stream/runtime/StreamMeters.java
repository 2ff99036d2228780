package io.bulwark.stream.runtime;

import io.bulwark.events.Decision;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.state.SourceReader;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.state.TopologyEvents.Count;
import io.bulwark.stream.state.TopologyEvents.Level;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * The topology's reports as meters. Counters are there from the start, at 0: Prometheus sees an increase only from one
 * sample to the next, and would miss the first event of a new counter.
 */
final class StreamMeters implements TopologyEvents {

    private static final List<Topics> READ = List.of(
            Topics.VERDICTS,
            Topics.REVIEWS,
            Topics.ERASURES,
            Topics.ATTACK_AUDIT,
            Topics.EMBEDDINGS,
            Topics.CAMPAIGN_RULINGS);

    private final MeterRegistry registry;
    private final Map<Decision, Counter> decided = new EnumMap<>(Decision.class);
    private final Map<Count, Counter> counters = new EnumMap<>(Count.class);
    private final Map<Level, Map<String, Long>> levels = new EnumMap<>(Level.class);

    StreamMeters(MeterRegistry registry, TopicNames names) {
        this.registry = registry;
        for (Decision decision : Decision.values()) {
            decided.put(
                    decision,
                    Counter.builder("bulwark.stream.verdicts")
                            .description("Decisions that came into force")
                            .tag("decision", decision.name())
                            .register(registry));
        }
        Stream.concat(
                        Arrays.stream(DecodedEvent.Reason.values()).map(Enum::name),
                        Stream.of(SourceReader.BAD_KEY, SourceReader.INCOMPLETE, SourceReader.PROCESSING_FAULT))
                .forEach(reason -> READ.forEach(topic -> deadLetters(names.of(topic), reason)));
        counter(Count.OUTRANKED, "verdicts.outranked", "Verdicts and reviews that changed nothing");
        counter(Count.EXPIRED, "verdicts.expired", "Decisions removed because of their age");
        counter(Count.AUDIT_KEPT, "audits", "Attack audits kept");
        counter(Count.LATE_FOR_WINDOW, "uploader.late", "Changes that came after a window's retention");
        counter(Count.UPLOADER_ACTION, "uploader.actions", "Uploaders whose strikes reached another threshold");
        counter(Count.ERASED, "erased", "Erasures carried out");
        counter(Count.ERASURE_REFUSED, "erasures.refused", "Erasures refused because of a hold");
        counter(Count.CAMPAIGN_OPENED, "campaigns.opened", "Campaigns that opened");
        counter(Count.CAMPAIGNS_MERGED, "campaigns.merged", "Campaigns that became part of another");
        counter(Count.CAMPAIGN_CLOSED, "campaigns.closed", "Campaigns that became quiet without a ruling");
        counter(Count.CAMPAIGN_ANCHOR_HOT, "campaigns.hot", "Attempts that pushed another out of a full entry or band");
        gauge(Level.OPEN_CAMPAIGNS, "campaigns.open", "Campaigns of this instance's partitions that are not over")
                .register(registry);
        gauge(Level.PARKED, "parked", "Records of this instance's partitions that wait for a schema or the registry")
                .register(registry);
        gauge(
                        Level.MISSING_UPLOADS,
                        "uploads.missing",
                        "Uploads of this instance's partitions without an answer past the deadline")
                .register(registry);
        gauge(Level.FLAGGED_ENTRIES, "flagged.entries", "Entries of the flagged indexes that this instance keeps")
                .register(registry);
        gauge(
                        Level.CLOCK_APART,
                        "clock.apart",
                        "Seconds by which this machine's clock is wrong where nothing expires for that; else 0")
                .baseUnit("seconds")
                .register(registry);
    }

    @Override
    public void decided(Decision decision) {
        decided.get(decision).increment();
    }

    @Override
    public void deadLetter(String topic, String reason) {
        deadLetters(topic, reason).increment();
    }

    @Override
    public void count(Count what, long times) {
        counters.get(what).increment(times);
    }

    @Override
    public void level(Level what, String of, long value) {
        levels.get(what).put(of, value);
    }

    private Counter deadLetters(String topic, String reason) {
        return registry.counter("bulwark.stream.dead.letters", "topic", topic, "reason", reason);
    }

    private void counter(Count what, String name, String description) {
        counters.put(
                what,
                Counter.builder("bulwark.stream." + name)
                        .description(description)
                        .register(registry));
    }

    /** The sum of all partitions; of clocks the worst. */
    private Gauge.Builder<Map<String, Long>> gauge(Level what, String name, String description) {
        Map<String, Long> values = new ConcurrentHashMap<>();
        levels.put(what, values);
        BinaryOperator<Long> together = what == Level.CLOCK_APART ? Math::max : Long::sum;
        return Gauge.builder(
                        "bulwark.stream." + name,
                        values,
                        all -> all.values().stream().reduce(0L, together))
                .description(description);
    }
}
