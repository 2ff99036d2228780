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
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The metrics of one receiver. Counters start at 0, so that Prometheus sees the first increase. Any thread. */
final class DeliveryMeters {

    private final MeterRegistry registry;
    private final String name;
    private final Clock clock;
    private final Counter delivered;
    private final Counter retried;
    private final Counter restarts;
    private volatile long waiting;
    private volatile Instant oldest;
    private volatile Instant round;

    /** @param clock ages are taken against it on each scrape, so that they grow while a loop stands still */
    DeliveryMeters(MeterRegistry registry, String name, Clock clock) {
        this.registry = registry;
        this.name = name;
        this.clock = clock;
        round = clock.instant();
        delivered = counter("delivered", "Events that a receiver took");
        retried = counter("retried", "Attempts after the first");
        restarts = counter("restarts", "Restarts of the delivery loop after a failure");
        Stream.concat(
                        Arrays.stream(DecodedEvent.Reason.values()).map(Enum::name),
                        Stream.of(DeliveryRounds.REFUSED, DecisionEvents.BAD_KEY))
                .forEach(this::undelivered);
        gauge("lag", "Records not delivered yet in the partitions that this instance reads", meters -> meters.waiting);
        gauge(
                "oldest.seconds",
                "Age of the oldest event that was read and not delivered yet",
                meters -> meters.age(meters.oldest));
        gauge(
                "round.age.seconds",
                "Time since the delivery loop completed a round; it completes one each second",
                meters -> meters.age(meters.round));
    }

    void delivered(long events) {
        delivered.increment(events);
    }

    void retried() {
        retried.increment();
    }

    /** @param reason one word of a closed set */
    void setAside(String reason) {
        undelivered(reason).increment();
    }

    /**
     * @param records not delivered yet
     * @param nowOldest when the broker took in the oldest of them, where it is known
     */
    void waiting(long records, Optional<Instant> nowOldest) {
        waiting = records;
        oldest = nowOldest.orElse(null);
    }

    /** The loop completed a round. */
    void round() {
        round = clock.instant();
    }

    /** The loop starts again after a failure. */
    void restarted() {
        restarts.increment();
    }

    private Counter counter(String metric, String description, String... tags) {
        return Counter.builder("bulwark.stream.outbound." + metric)
                .description(description)
                .tag("neighbour", name)
                .tags(tags)
                .register(registry);
    }

    private Counter undelivered(String reason) {
        return counter("undelivered", "Events that were set aside on moderation.undelivered", "reason", reason);
    }

    private void gauge(String metric, String description, ToDoubleFunction<DeliveryMeters> value) {
        Gauge.builder("bulwark.stream.outbound." + metric, this, value)
                .description(description)
                .tag("neighbour", name)
                .register(registry);
    }

    private double age(Instant since) {
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, clock.instant()).toSeconds());
    }

    /**
     * Whether a receiver works. While it does not, one event at a time is tried, at growing intervals, until one is
     * taken. One thread.
     */
    static final class ReceiverHealth {

        private final Backoff backoff;
        private int failures; // in a row; attempts that were under way together count once
        private Instant failed = Instant.MIN;
        private Instant restUntil = Instant.MIN;
        private Instant requestedUntil = Instant.MIN;
        private Instant took = Instant.MIN;

        ReceiverHealth(Backoff backoff) {
            this.backoff = backoff;
        }

        /**
         * How many attempts may be under way now.
         *
         * @param atOnce while it works
         */
        int allows(int atOnce, Instant now) {
            if (restUntil.isAfter(now) || requestedUntil.isAfter(now)) {
                return 0;
            }
            return failures > 0 ? 1 : atOnce;
        }

        void took(Instant now) {
            took = now;
            answered();
        }

        /** It works, even where it refused. A rest that it requested is kept: nothing was sent since. */
        void answered() {
            failures = 0;
            restUntil = Instant.MIN;
        }

        /**
         * It did not work.
         *
         * @param began when the attempt began: attempts that were under way together fail together, and count once
         * @param requested the rest that it requested
         */
        void failed(Instant began, Instant now, Optional<Duration> requested) {
            requested.map(now::plus).filter(requestedUntil::isBefore).ifPresent(until -> requestedUntil = until);
            if (failures == 0 || began.isAfter(failed)) {
                failures++;
                failed = now;
                restUntil = now.plus(backoff.after(failures));
            }
        }

        /** Whether it took an event after that instant. */
        boolean tookAfter(Instant then) {
            return took.isAfter(then);
        }

        /**
         * The wait after failures: doubles from a second to five minutes, of which a random share from a half to the
         * whole is taken, so that events that failed together are not retried together.
         *
         * @param random draws the share
         */
        record Backoff(RandomGenerator random) {

            private static final long FIRST_MILLIS = 1_000;
            private static final long LONGEST_MILLIS = 300_000;

            /** @param failures in a row, from 1 */
            Duration after(int failures) {
                long whole = Math.min(FIRST_MILLIS << Math.min(failures - 1, 20), LONGEST_MILLIS);
                return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
            }
        }
    }
}
