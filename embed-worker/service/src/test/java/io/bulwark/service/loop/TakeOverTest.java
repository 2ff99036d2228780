package io.bulwark.service.loop;

import static io.bulwark.service.loop.LoopRig.P0;
import static io.bulwark.service.loop.LoopRig.P1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** A broker that does not say the committed offset of a partition while its last owner's transaction is open. */
class TakeOverTest {

    private final Set<TopicPartition> unstable = new HashSet<>();
    private final PoisonBreaker breaker = new PoisonBreaker("a", 9);
    private final UnstableConsumer consumer = new UnstableConsumer();
    private long now;
    private long asking;
    private final TakeOver takeOver = new TakeOver(consumer, breaker, (partition, suspects) -> {}, () -> now);

    @Test
    void a_partition_without_a_stable_offset_holds_up_no_other() {
        unstable.add(P0);
        takeOver.assigned(List.of(P0, P1));

        beginFor(Duration.ofSeconds(2));
        assertThat(breaker.isTakenOver(P1)).isTrue();
        assertThat(breaker.isTakenOver(P0)).isFalse();

        unstable.clear();
        beginFor(Duration.ofSeconds(5));
        assertThat(breaker.isTakenOver(P0)).isTrue();
        assertThat(takeOver.isPending()).isFalse();
    }

    @Test
    void asking_takes_a_fifth_of_the_time_at_most() {
        unstable.add(P0);
        unstable.add(P1);
        takeOver.assigned(List.of(P0, P1));

        beginFor(Duration.ofSeconds(30));
        assertThat(asking).isLessThanOrEqualTo(Duration.ofSeconds(7).toNanos());
        assertThat(consumer.longest).isEqualTo(TakeOver.LONGEST);
    }

    @Test
    void partitions_that_go_meanwhile_are_asked_for_no_more() {
        unstable.add(P0);
        takeOver.assigned(List.of(P0));
        takeOver.begin();
        takeOver.gone(List.of(P0));
        unstable.clear();

        beginFor(Duration.ofSeconds(5));
        assertThat(breaker.isTakenOver(P0)).isFalse();
    }

    @Test
    void a_partition_that_was_begun_is_not_begun_again_when_another_s_position_is_not_told() {
        takeOver.assigned(List.of(P0, P1));
        consumer.tellsOnePosition = true;
        takeOver.begin();
        assertThat(List.of(breaker.isTakenOver(P0), breaker.isTakenOver(P1))).containsExactlyInAnyOrder(true, false);
        TopicPartition begun = breaker.isTakenOver(P0) ? P0 : P1;

        consumer.tellsOnePosition = false;
        consumer.sought.clear();
        beginFor(Duration.ofSeconds(5));
        assertThat(takeOver.isPending()).isFalse();
        assertThat(breaker.isTakenOver(P0) && breaker.isTakenOver(P1)).isTrue();
        assertThat(consumer.sought).as("its uploads may be in flight").doesNotContain(begun);
    }

    private void beginFor(Duration time) {
        for (long end = now + time.toNanos(); now < end; now += 10_000_000) {
            takeOver.begin();
        }
    }

    private final class UnstableConsumer extends MockConsumer<byte[], byte[]> {
        private final Set<TopicPartition> sought = new HashSet<>();
        private Duration longest = Duration.ZERO;
        private boolean tellsOnePosition;
        private int told;

        UnstableConsumer() {
            super(AutoOffsetResetStrategy.EARLIEST.name());
            assign(List.of(P0, P1));
            updateEndOffsets(Map.of(P0, 7L, P1, 7L));
        }

        @Override
        public synchronized void seek(TopicPartition partition, OffsetAndMetadata offset) {
            sought.add(partition);
            super.seek(partition, offset);
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration most) {
            if (tellsOnePosition && told++ > 0) {
                throw new TimeoutException("the broker does not say where its log begins");
            }
            return super.position(partition);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions, Duration most) {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
            for (TopicPartition partition : partitions) {
                if (unstable.contains(partition)) {
                    longest = most.compareTo(longest) > 0 ? most : longest;
                    asking += most.toNanos();
                    now += most.toNanos();
                    throw new TimeoutException("unstable");
                }
                committed.put(partition, new OffsetAndMetadata(3));
            }
            return committed;
        }
    }
}
