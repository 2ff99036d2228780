package io.bulwark.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedTasksTest {

    private final List<Integer> results = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void resultsComeInTheOrderInWhichTasksWereGiven(int threads) {
        try (OrderedTasks<Integer> tasks = new OrderedTasks<>(threads, results::add)) {
            IntStream.range(0, 200)
                    .forEach(i -> tasks.give(() -> {
                        IntStream.range(0, i % 7 * 1000).forEach(spin -> Thread.onSpinWait());
                        return i;
                    }));
            tasks.finish();
        }

        assertThat(results).isEqualTo(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    void theFirstIsOvertakenAndStillComesFirst() {
        CountDownLatch second = new CountDownLatch(1);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (OrderedTasks<Integer> tasks = new OrderedTasks<>(2, results::add)) {
            tasks.give(() -> {
                threads.add(Thread.currentThread());
                try {
                    return second.await(30, TimeUnit.SECONDS) ? 1 : -1;
                } catch (InterruptedException ended) {
                    throw new IllegalStateException(ended);
                }
            });
            tasks.give(() -> {
                threads.add(Thread.currentThread());
                second.countDown();
                return 2;
            });
            tasks.finish();
        }

        assertThat(results).containsExactly(1, 2);
        assertThat(threads).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aTaskThatFailsEndsTheRunWithItsOwnException(int threads) {
        assertThatThrownBy(() -> {
                    try (OrderedTasks<Integer> tasks = new OrderedTasks<>(threads, results::add)) {
                        tasks.give(() -> 1);
                        tasks.give(() -> {
                            throw new IllegalArgumentException("no picture");
                        });
                        tasks.finish();
                    }
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no picture");
        assertThat(results).containsExactly(1);
    }
}
