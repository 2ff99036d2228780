package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.state.TopologyEvents.Count;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class StreamMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StreamMeters meters = new StreamMeters(registry, TopicNames.UNPREFIXED);

    @Test
    void verdictsAreCountedByDecisionFromZeroOn() {
        meters.decided(Decision.NSFW);
        assertThat(verdicts(Decision.NSFW)).isEqualTo(1);
        assertThat(verdicts(Decision.SAFE)).isZero();
    }

    @Test
    void deadLettersAreCountedByTopicAndReason() {
        meters.deadLetter("moderation.verdicts", "BAD_KEY");
        meters.deadLetter("moderation.verdicts", "BAD_KEY");
        assertThat(registry.get("bulwark.stream.dead.letters")
                        .tag("topic", "moderation.verdicts")
                        .tag("reason", "BAD_KEY")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void theFirstRecordOfASourceThatCannotBeReadIsAnIncrease() {
        assertThat(registry.find("bulwark.stream.dead.letters")
                        .tag("topic", "moderation.attack-audit")
                        .counters())
                .as("what no decoder says: a bad key, too little said, a defect of ours")
                .hasSize(DecodedEvent.Reason.values().length + 3)
                .allSatisfy(counter -> assertThat(counter.count()).isZero());
    }

    @Test
    void theRestIsCountedPlainly() {
        meters.count(Count.OUTRANKED, 1);
        meters.count(Count.EXPIRED, 7);
        meters.count(Count.AUDIT_KEPT, 1);
        meters.count(Count.LATE_FOR_WINDOW, 1);
        assertThat(count("bulwark.stream.verdicts.outranked")).isEqualTo(1);
        assertThat(count("bulwark.stream.verdicts.expired")).isEqualTo(7);
        assertThat(count("bulwark.stream.audits")).isEqualTo(1);
        assertThat(count("bulwark.stream.uploader.late")).isEqualTo(1);
    }

    private double verdicts(Decision decision) {
        return registry.get("bulwark.stream.verdicts")
                .tag("decision", decision.name())
                .counter()
                .count();
    }

    private double count(String name) {
        return registry.get(name).counter().count();
    }
}
