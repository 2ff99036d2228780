package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.service.Worker.LoopPair;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LoopPairTest {

    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    void what_ends_the_uploads_loop_is_told_before_the_other_loop_drains() {
        LoopPair pair = new LoopPair(broken(), draining(), cause -> events.add("told " + cause.getMessage()));

        assertThatThrownBy(pair::run).hasMessage("the broker refuses");
        assertThat(events).containsExactly("told the broker refuses", "drains");
    }

    @Test
    void what_ends_the_deferred_loop_is_told_before_the_other_loop_drains() {
        LoopPair pair = new LoopPair(draining(), broken(), cause -> events.add("told " + cause.getMessage()));

        assertThatThrownBy(pair::run).hasMessage("Deferred uploads: the broker refuses");
        assertThat(events).containsExactly("told the broker refuses", "drains");
    }

    @Test
    void loops_that_are_told_to_stop_are_no_failure() {
        LoopPair pair = new LoopPair(draining(), draining(), cause -> events.add("told"));
        pair.stop();
        pair.run();
        assertThat(events).containsExactly("drains", "drains");
    }

    private LoopPair.Loop broken() {
        return new LoopPair.Loop(
                () -> {
                    throw new IllegalStateException("the broker refuses");
                },
                () -> {});
    }

    private LoopPair.Loop draining() {
        CountDownLatch stopped = new CountDownLatch(1);
        return new LoopPair.Loop(
                () -> {
                    try {
                        stopped.await();
                    } catch (InterruptedException impatient) {
                        Thread.currentThread().interrupt();
                    }
                    events.add("drains");
                },
                stopped::countDown);
    }
}
