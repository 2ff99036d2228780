package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.junit.jupiter.api.Test;

class PollingTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final RecordingConsumer consumer = new RecordingConsumer();
    private final Polling polling = new Polling(consumer);

    @Test
    void enough_answers_end_the_poll_in_progress_with_one_wake_up() {
        consumer.duringPoll = () -> {
            polling.answered();
            polling.answered();
            assertThat(consumer.wakeUps).isZero();
            polling.answered();
            polling.answered();
        };

        polling.poll(LONG, polling.answers() + 3);

        assertThat(consumer.wakeUps).isEqualTo(1);
        assertThat(consumer.waits).containsExactly(LONG);
    }

    @Test
    void answers_between_the_look_and_the_poll_are_not_missed() {
        int seen = polling.answers();
        polling.answered();

        polling.poll(LONG, seen + 1);

        assertThat(consumer.waits).containsExactly(Duration.ZERO);
    }

    @Test
    void answers_outside_of_a_poll_wake_nobody() {
        polling.poll(LONG, polling.answers() + 1);
        polling.answered();

        assertThat(consumer.wakeUps).isZero();
    }

    @Test
    void an_interruption_ends_the_next_poll_though_nothing_was_answered_and_only_that_one() {
        polling.interrupt();

        polling.poll(LONG, polling.answers() + 1);
        polling.poll(LONG, polling.answers() + 1);

        assertThat(consumer.waits).containsExactly(Duration.ZERO, LONG);
    }

    /** Records how long it was asked to wait, and runs the test's action meanwhile. */
    private static final class RecordingConsumer extends MockConsumer<byte[], byte[]> {
        private final List<Duration> waits = new ArrayList<>();
        private Runnable duringPoll = () -> {};
        private int wakeUps;

        RecordingConsumer() {
            super(AutoOffsetResetStrategy.EARLIEST.name());
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration most) {
            waits.add(most);
            duringPoll.run();
            return ConsumerRecords.empty();
        }

        @Override
        public synchronized void wakeup() {
            wakeUps++;
        }
    }
}
