package io.bulwark.stream.outbound;

import io.bulwark.schemas.serde.DecodedEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Counts in the application's metrics, all from 0 at the start, so that Prometheus sees the first. */
final class MeteredTally implements Tally {

    private static final String NEIGHBOUR = "neighbour";

    private final MeterRegistry registry;
    private final String name;
    private final Counter delivered;
    private final Counter retried;
    private volatile long waiting;
    private final Counter restarts;
    private final Clock clock;
    private volatile Instant oldest;
    private volatile Instant lived;

    /** @param clock against which ages are taken when somebody asks, so that they grow where a loop stands still */
    MeteredTally(MeterRegistry registry, String name, Clock clock) {
        this.registry = registry;
        this.name = name;
        this.clock = clock;
        lived = clock.instant();
        delivered = Counter.builder("bulwark.stream.outbound.delivered")
                .description("Events that a neighbour took")
                .tag(NEIGHBOUR, name)
                .register(registry);
        retried = Counter.builder("bulwark.stream.outbound.retried")
                .description("Attempts after the first")
                .tag(NEIGHBOUR, name)
                .register(registry);
        restarts = Counter.builder("bulwark.stream.outbound.restarts")
                .description("How often the loop that tells a neighbour started anew after trouble")
                .tag(NEIGHBOUR, name)
                .register(registry);
        reasons().forEach(this::undelivered);
        Gauge.builder("bulwark.stream.outbound.lag", this, tally -> tally.waiting)
                .description("Records that a neighbour has yet to be told of, as far as this instance reads them")
                .tag(NEIGHBOUR, name)
                .register(registry);
        Gauge.builder("bulwark.stream.outbound.oldest.seconds", this, tally -> tally.age(tally.oldest))
                .description("Age of the oldest event that was read and that a neighbour has not taken yet")
                .tag(NEIGHBOUR, name)
                .register(registry);
        Gauge.builder("bulwark.stream.outbound.round.age.seconds", this, tally -> tally.age(tally.lived))
                .description("How long ago the loop that tells a neighbour got through a round; it does so each second")
                .tag(NEIGHBOUR, name)
                .register(registry);
    }

    private static Stream<String> reasons() {
        return Stream.concat(
                Arrays.stream(DecodedEvent.Reason.values()).map(Enum::name),
                Stream.of(Rounds.REFUSED, DecisionEvents.BAD_KEY));
    }

    private Counter undelivered(String reason) {
        return Counter.builder("bulwark.stream.outbound.undelivered")
                .description("Events that were set aside on moderation.undelivered")
                .tag(NEIGHBOUR, name)
                .tag("reason", reason)
                .register(registry);
    }

    @Override
    public void delivered() {
        delivered.increment();
    }

    @Override
    public void retried() {
        retried.increment();
    }

    @Override
    public void setAside(String reason) {
        undelivered(reason).increment();
    }

    @Override
    public void stands(long nowWaiting, Optional<Instant> nowOldest) {
        waiting = nowWaiting;
        oldest = nowOldest.orElse(null);
    }

    @Override
    public void lives() {
        lived = clock.instant();
    }

    @Override
    public void restarted() {
        restarts.increment();
    }

    private double age(Instant since) {
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, clock.instant()).toSeconds());
    }
}
