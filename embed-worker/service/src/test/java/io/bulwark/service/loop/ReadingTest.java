package io.bulwark.service.loop;

import static io.bulwark.service.loop.LoopRig.P0;
import static io.bulwark.service.loop.LoopRig.P1;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.ExclusiveTrial.IdleCheck;
import io.bulwark.service.loop.LoopSettings.Lane;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReadingTest {

    private final PoisonBreaker breaker = new PoisonBreaker("a", 9);
    private final Backoff backoff = new Backoff(() -> 0);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name()) {
        @Override
        public synchronized OptionalLong currentLag(TopicPartition partition) {
            return OptionalLong.of(partition.equals(P0) ? 1_000 : 3);
        }
    };
    private final Reading reading = new Reading(
            consumer,
            new InFlight(8, 1_000),
            breaker,
            backoff,
            new IdleCheck(new LoopRig(new LoopRig.Kept(), "a"), breaker, new ExclusiveTrial().seat(Lane.UPLOADS)));

    /** Answers of all partitions rested for it, though the worker had nothing to do. */
    @Test
    void what_waits_in_a_partition_that_has_to_wait_is_lag_but_no_backlog() {
        consumer.assign(List.of(P0, P1));
        breaker.takeOver(P0, null, 0, 1_000);
        breaker.takeOver(P1, null, 0, 3);
        assertThat(reading.backlog()).isEqualTo(1_003);

        backoff.postpone(P0);
        assertThat(reading.backlog()).isEqualTo(3);
        assertThat(reading.unread()).isEqualTo(1_003);

        backoff.forget(List.of(P0));
        assertThat(reading.backlog()).isEqualTo(1_003);
    }

    @Test
    void of_a_partition_that_was_not_begun_nobody_knows_how_far_it_is_read() {
        consumer.assign(List.of(P0, P1));
        breaker.takeOver(P1, null, 0, 3);

        assertThat(reading.unread()).isEqualTo(3);
    }
}
