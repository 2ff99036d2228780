package io.bulwark.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.service.telemetry.WorkerMetrics.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WorkerMetrics metrics = new WorkerMetrics(registry);

    @Test
    void whatAlertsCountIsThereBeforeAnythingHappened() {
        for (String name : new String[] {
            "bulwark.transaction.aborts",
            "bulwark.bank.bad.references",
            "bulwark.policy.bad.records",
            "bulwark.twin.silent",
            "bulwark.twin.beyond.budget",
            "bulwark.audits.sampled"
        }) {
            assertThat(registry.get(name).counter().count()).as(name).isZero();
        }
        assertThat(decisions("SAFE", "none")).isZero();
        assertThat(decisions("NSFW", "none")).isZero();
    }

    @Test
    void theMemoryOfFetchedFilesIsAskedForWheneverItIsRead() {
        long[] held = {5};
        metrics.fetchedBytes(() -> held[0]);
        held[0] = 7;

        assertThat(registry.get("bulwark.fetch.memory").gauge().value()).isEqualTo(7);
    }

    @Test
    void decodersAreNotIsolatedBeforeOneHasSaidSo() {
        assertThat(registry.get("bulwark.decoder.isolated").gauge().value()).isZero();
        metrics.decodersIsolated(true);
        assertThat(registry.get("bulwark.decoder.isolated").gauge().value()).isOne();
        metrics.decodersIsolated(false);
        assertThat(registry.get("bulwark.decoder.isolated").gauge().value()).isZero();
    }

    /** As the schema says: four ask for a review, one is flagged content, the rest are refusals. */
    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonIsCountedUnderTheDecisionThatItBelongsTo(Reason reason) {
        String decision = "REFUSED";
        if (Set.of(Reason.UNCERTAIN, Reason.UNFAMILIAR, Reason.LABEL_REVIEW, Reason.PARTLY_SEEN, Reason.TOO_MANY_VIEWS)
                .contains(reason)) {
            decision = "REVIEW";
        } else if (reason == Reason.KNOWN) {
            decision = "NSFW";
        } else if (reason == Reason.PLAIN) {
            decision = "SAFE";
        }
        assertThat(decisions(decision, reason.name())).isZero();
        assertThat(registry.find("bulwark.decisions")
                        .tag("reason", reason.name())
                        .counters())
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(AttackKind.class)
    void theFirstAuditOfAKindIsAnIncrease(AttackKind kind) {
        var counter = registry.get("bulwark.audits").tag("kind", kind.name()).counter();
        assertThat(counter.count()).isZero();
        metrics.audited(kind);
        assertThat(counter.count()).isOne();
    }

    @ParameterizedTest
    @EnumSource(DecodedEvent.Reason.class)
    void theFirstDeadLetterOfAReasonIsAnIncrease(DecodedEvent.Reason reason) {
        var counter = registry.get("bulwark.dead.letters")
                .tag("reason", reason.name())
                .counter();
        assertThat(counter.count()).isZero();
        metrics.deadLetter(reason.name());
        assertThat(counter.count()).isOne();
    }

    @Test
    void trialsAreCountedAndTheSuspectsLeftAreShown() {
        assertThat(registry.get("bulwark.partition.trials").counter().count()).isZero();
        assertThat(registry.get("bulwark.dead.letters")
                        .tag("reason", "POISON")
                        .counter()
                        .count())
                .isZero();

        metrics.count(Event.TRIAL);
        LaneMetrics lane = metrics.lane("uploads");
        assertThat(metrics.lane("uploads")).isSameAs(lane);
        assertThat(lane.suspects(3)).isZero();
        assertThat(registry.get("bulwark.uploads.suspect").gauge().value()).isEqualTo(3);
        assertThat(lane.suspects(0)).isEqualTo(3);
        assertThat(registry.get("bulwark.partition.trials").counter().count()).isOne();
    }

    @Test
    void theTimeOfAnUploadIsRecordedByLane() {
        metrics.lane("uploads");
        metrics.lane("deferred").answered(Duration.ofSeconds(90));

        assertThat(registry.get("bulwark.upload.latency")
                        .tag("lane", "uploads")
                        .timer()
                        .count())
                .isZero();
        assertThat(registry.get("bulwark.upload.latency")
                        .tag("lane", "deferred")
                        .timer()
                        .count())
                .isOne();
    }

    @Test
    void aShadowThatDecidesOtherwiseIsCountedByBothDecisions() {
        assertThat(registry.find("bulwark.shadow.differences").counters()).hasSize(6);

        metrics.decided(verdict(Decision.NSFW, Decision.REVIEW));
        metrics.decided(verdict(Decision.NSFW, Decision.NSFW));
        metrics.decided(verdict(Decision.SAFE, null));

        assertThat(registry.get("bulwark.shadow.differences")
                        .tags("from", "NSFW", "to", "REVIEW")
                        .counter()
                        .count())
                .isOne();
        assertThat(registry.find("bulwark.shadow.differences").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isOne();
    }

    @Test
    void thePolicyInForceIsNamedWithItsShadowAndNoOther() {
        metrics.policy("first", Optional.empty());
        metrics.policy("second", Optional.of("shadow"));

        assertThat(registry.find("bulwark.policy.info").gauges())
                .singleElement()
                .satisfies(gauge -> assertThat(gauge.getId().getTags())
                        .containsExactlyInAnyOrder(Tag.of("version", "second"), Tag.of("shadow", "shadow")));
        metrics.noPolicy();
        assertThat(registry.find("bulwark.policy.info").gauges()).isEmpty();
    }

    private static Verdict verdict(Decision decision, Decision shadow) {
        return Verdict.newBuilder(SampleEvents.verdict())
                .setDecision(decision)
                .setReason(null)
                .setShadowDecision(shadow)
                .build();
    }

    private double decisions(String decision, String reason) {
        return registry.get("bulwark.decisions")
                .tags("decision", decision, "reason", reason)
                .counter()
                .count();
    }
}
