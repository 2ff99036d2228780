package io.bulwark.stream.runtime;

import io.bulwark.events.Decision;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.intake.RecordReader;
import io.bulwark.stream.intake.TopologyEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the topology reports, as meters: all counters, per decision, topic or reason. They are there from the start, at 0:
 * Prometheus sees an increase only from one sample to the next, and would miss the first event of a new counter.
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
    private final Map<Integer, Long> missing = new ConcurrentHashMap<>();
    private final Map<Integer, Long> flagged = new ConcurrentHashMap<>();
    private final Map<String, Long> apart = new ConcurrentHashMap<>(); // in seconds, by task
    private final Map<String, Long> parked = new ConcurrentHashMap<>();
    private final Map<Integer, Long> campaigns = new ConcurrentHashMap<>();
    private final Counter opened;
    private final Counter merged;
    private final Counter closed;
    private final Counter hot;
    private final Counter outranked;
    private final Counter audits;
    private final Counter late;
    private final Counter expired;
    private final Counter actions;
    private final Counter erased;
    private final Counter refused;

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
        for (DecodedEvent.Reason reason : DecodedEvent.Reason.values()) {
            READ.forEach(topic -> deadLetters(names.of(topic), reason.name()));
        }
        READ.forEach(topic -> deadLetters(names.of(topic), RecordReader.BAD_KEY));
        READ.forEach(topic -> deadLetters(names.of(topic), RecordReader.INCOMPLETE));
        READ.forEach(topic -> deadLetters(names.of(topic), ProcessingFaults.REASON));
        outranked = counter("bulwark.stream.verdicts.outranked", "Verdicts and reviews that changed nothing");
        expired = counter("bulwark.stream.verdicts.expired", "Decisions removed because of their age");
        audits = counter("bulwark.stream.audits", "Attack audits kept");
        late = counter("bulwark.stream.uploader.late", "Changes that came after a window's retention");
        actions = counter("bulwark.stream.uploader.actions", "Uploaders whose strikes reached another threshold");
        erased = counter("bulwark.stream.erased", "Erasures carried out");
        refused = counter("bulwark.stream.erasures.refused", "Erasures refused because of a hold");
        opened = counter("bulwark.stream.campaigns.opened", "Campaigns that opened");
        merged = counter("bulwark.stream.campaigns.merged", "Campaigns that became part of another");
        closed = counter("bulwark.stream.campaigns.closed", "Campaigns that nobody ruled on before they were quiet");
        hot = counter("bulwark.stream.campaigns.hot", "Attempts that pushed another out of a full entry or band");
        Gauge.builder("bulwark.stream.campaigns.open", campaigns, StreamMeters::sum)
                .description("Campaigns of this instance's partitions that are not over")
                .register(registry);
        Gauge.builder("bulwark.stream.clock.apart", apart, StreamMeters::most)
                .description("Seconds by which this machine's clock is wrong where nothing expires for that; else 0")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("bulwark.stream.parked", parked, StreamMeters::sum)
                .description("Records of this instance's partitions that wait for a schema or the schema registry")
                .register(registry);
        Gauge.builder("bulwark.stream.uploads.missing", missing, StreamMeters::sum)
                .description("Uploads of this instance's partitions without an answer past the deadline")
                .register(registry);
        Gauge.builder("bulwark.stream.flagged.entries", flagged, StreamMeters::sum)
                .description("Entries of the flagged indexes that this instance keeps")
                .register(registry);
    }

    @Override
    public void decided(Decision decision) {
        decided.get(decision).increment();
    }

    @Override
    public void outranked() {
        outranked.increment();
    }

    @Override
    public void auditKept() {
        audits.increment();
    }

    @Override
    public void deadLetter(String topic, String reason) {
        deadLetters(topic, reason).increment();
    }

    @Override
    public void parked(String topic, int partition, long count) {
        parked.put(topic + "-" + partition, count);
    }

    @Override
    public void clockApart(String task, Duration seen) {
        apart.put(task, seen.toSeconds());
    }

    @Override
    public void lateForWindow() {
        late.increment();
    }

    @Override
    public void expired(long count) {
        expired.increment(count);
    }

    @Override
    public void uploaderAction() {
        actions.increment();
    }

    @Override
    public void erased() {
        erased.increment();
    }

    @Override
    public void erasureRefused() {
        refused.increment();
    }

    @Override
    public void missing(int partition, long count) {
        missing.put(partition, count);
    }

    @Override
    public void flagged(int partition, long entries) {
        flagged.put(partition, entries);
    }

    @Override
    public void campaigns(int partition, long open) {
        campaigns.put(partition, open);
    }

    @Override
    public void campaignOpened() {
        opened.increment();
    }

    @Override
    public void campaignsMerged() {
        merged.increment();
    }

    @Override
    public void campaignClosed() {
        closed.increment();
    }

    @Override
    public void campaignAnchorHot() {
        hot.increment();
    }

    private static double most(Map<?, Long> byTask) {
        return byTask.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static double sum(Map<?, Long> byPartition) {
        return byPartition.values().stream().mapToLong(Long::longValue).sum();
    }

    private Counter deadLetters(String topic, String reason) {
        return registry.counter("bulwark.stream.dead.letters", "topic", topic, "reason", reason);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
