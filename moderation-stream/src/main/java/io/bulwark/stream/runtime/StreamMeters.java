package io.bulwark.stream.runtime;

import io.bulwark.events.Decision;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.topology.TopologyEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the topology reports, as meters: all counters, per decision, topic or reason. They are there from the start, at 0:
 * Prometheus sees an increase only from one sample to the next, and would miss the first event of a new counter.
 */
final class StreamMeters implements TopologyEvents {

    private final MeterRegistry registry;
    private final Map<Decision, Counter> kept = new EnumMap<>(Decision.class);
    private final Counter outranked;
    private final Counter audits;
    private final Counter late;
    private final Counter expired;

    StreamMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Decision decision : Decision.values()) {
            kept.put(
                    decision,
                    Counter.builder("bulwark.stream.verdicts")
                            .description("Verdicts that came into force")
                            .tag("decision", decision.name())
                            .register(registry));
        }
        for (DecodedEvent.Reason reason : DecodedEvent.Reason.values()) {
            deadLetters(Topics.VERDICTS.topicName(), reason.name());
            deadLetters(Topics.ATTACK_AUDIT.topicName(), reason.name());
        }
        outranked = counter("bulwark.stream.verdicts.outranked", "Verdicts that did not replace the one in force");
        expired = counter("bulwark.stream.verdicts.expired", "Verdicts removed because of their age");
        audits = counter("bulwark.stream.audits", "Attack audits kept");
        late = counter("bulwark.stream.uploader.late", "Changes that came after a window's grace");
    }

    @Override
    public void verdictKept(Decision decision) {
        kept.get(decision).increment();
    }

    @Override
    public void verdictOutranked() {
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
    public void lateForWindow() {
        late.increment();
    }

    @Override
    public void verdictsExpired(long count) {
        expired.increment(count);
    }

    private Counter deadLetters(String topic, String reason) {
        return registry.counter("bulwark.stream.dead.letters", "topic", topic, "reason", reason);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
