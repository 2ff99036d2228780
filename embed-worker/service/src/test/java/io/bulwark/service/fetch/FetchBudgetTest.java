package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.service.fetch.BodyReader.FetchBudget;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetchBudgetTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final FetchBudget budget = new FetchBudget(100, 40);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void the_oldest_download_may_lease_the_reserve_and_the_others_may_not() throws InterruptedException {
        FetchBudget.Lease oldest = budget.begin();
        FetchBudget.Lease younger = budget.begin();

        assertThat(younger.grow(60, soon())).isTrue();
        assertThat(younger.grow(1, soon())).isFalse();
        assertThat(oldest.grow(40, soon())).isTrue();
        assertThat(oldest.grow(1, soon())).isFalse();
        assertThat(budget.leased()).isEqualTo(100);
    }

    /** Else a server that trickles a small file would keep large ones waiting, though memory is free. */
    @Test
    void an_old_download_of_a_small_file_holds_back_no_large_one() throws InterruptedException {
        FetchBudget.Lease small = budget.begin(1);
        FetchBudget.Lease large = budget.begin();

        assertThat(large.grow(99, soon())).isTrue();
        assertThat(large.grow(1, soon())).isFalse();
        assertThat(small.grow(1, soon())).isTrue();
    }

    @Test
    void what_is_left_to_an_older_download_is_what_it_may_still_lease() throws InterruptedException {
        FetchBudget.Lease small = budget.begin(5);
        FetchBudget.Lease second = budget.begin();
        second.grow(30, soon());
        FetchBudget.Lease third = budget.begin();

        assertThat(third.grow(60, soon())).isTrue();
        assertThat(third.grow(1, soon())).isFalse();
        small.arrived();
        assertThat(second.grow(10, soon())).isTrue();
    }

    @Test
    void once_the_oldest_has_arrived_the_next_is_the_oldest() throws Exception {
        FetchBudget.Lease oldest = budget.begin();
        FetchBudget.Lease younger = budget.begin();
        oldest.grow(40, soon());
        younger.grow(20, soon());
        Waiting waiting = new Waiting(younger, 20);

        oldest.arrived();

        assertThat(waiting.granted()).isTrue();
        assertThat(budget.leased()).isEqualTo(80);
    }

    @Test
    void a_download_waits_until_a_file_that_arrived_is_released() throws Exception {
        FetchBudget.Lease file = budget.begin();
        file.grow(100, soon());
        file.arrived();
        Waiting waiting = new Waiting(budget.begin(), 40);

        file.close();

        assertThat(waiting.granted()).isTrue();
        assertThat(budget.leased()).isEqualTo(40);
    }

    @Test
    void a_download_waits_until_another_needs_less() throws Exception {
        FetchBudget.Lease other = budget.begin();
        other.grow(100, soon());
        other.arrived();
        Waiting waiting = new Waiting(budget.begin(), 30);

        other.shrink(30);

        assertThat(waiting.granted()).isTrue();
    }

    @Test
    void a_lease_that_is_closed_twice_is_given_back_once() throws InterruptedException {
        FetchBudget.Lease one = budget.begin();
        FetchBudget.Lease other = budget.begin();
        one.grow(30, soon());
        other.grow(20, soon());

        one.close();
        one.close();

        assertThat(budget.leased()).isEqualTo(20);
    }

    @Test
    void whoever_is_stopped_while_waiting_holds_nothing_more() throws Exception {
        FetchBudget.Lease full = budget.begin();
        full.grow(100, soon());
        Waiting waiting = new Waiting(budget.begin(), 10);

        waiting.thread.get().interrupt();

        assertThatThrownBy(waiting::granted).hasCauseInstanceOf(InterruptedException.class);
        assertThat(budget.leased()).isEqualTo(100);
    }

    @Test
    void a_budget_that_cannot_hold_one_file_is_none() {
        assertThatThrownBy(() -> new FetchBudget(39, 40)).isInstanceOf(IllegalArgumentException.class);
    }

    /** By turns, none waiting: without the reserve they hold 10 or 20 each, 100 in all, and none can go on. */
    @Test
    void downloads_that_all_hold_a_part_and_want_more_all_end() throws InterruptedException {
        Deadline past = Deadline.after(Duration.ZERO, NanoClock.SYSTEM);
        Map<FetchBudget.Lease, Integer> missing = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            missing.put(budget.begin(), 4);
        }
        while (!missing.isEmpty()) {
            boolean progress = false;
            for (FetchBudget.Lease lease : List.copyOf(missing.keySet())) {
                if (lease.grow(10, past)) {
                    progress = true;
                    missing.merge(lease, -1, Integer::sum);
                    if (missing.get(lease) == 0) {
                        lease.close();
                        missing.remove(lease);
                    }
                }
            }
            assertThat(progress).as(missing.size() + " downloads go on").isTrue();
        }
        assertThat(budget.leased()).isZero();
    }

    /** Replay a failure with its seed. */
    @Test
    void many_files_of_any_size_all_arrive_and_never_hold_more_than_the_budget() throws Exception {
        long seed = System.identityHashCode(this);
        int cap = 300_000;
        FetchBudget small = new FetchBudget(1_000_000, BodyReader.mostLeased(cap));
        BodyReader reader = new BodyReader(cap, small);
        BlockingQueue<FetchResult> arrived = new LinkedBlockingQueue<>();
        AtomicLong most = new AtomicLong();
        Random random = new Random(seed);
        List<Future<?>> downloads = new ArrayList<>();
        ExecutorService fetching = Executors.newFixedThreadPool(16);
        for (int i = 0; i < 400; i++) {
            byte[] file = new byte[random.nextInt(cap + 1)];
            long announced = random.nextBoolean() ? file.length : random.nextInt(cap + 1);
            boolean framed = random.nextInt(3) == 0;
            downloads.add(fetching.submit(() -> {
                Deadline late = Deadline.after(Duration.ofSeconds(60), NanoClock.SYSTEM);
                ByteArrayInputStream in = new ByteArrayInputStream(file);
                arrived.add(framed ? reader.readFramed(in, file.length, late) : reader.read(in, announced, late));
                return null;
            }));
        }
        for (int i = 0; i < 400; i++) {
            FetchResult result = arrived.poll(30, TimeUnit.SECONDS);
            most.accumulateAndGet(small.leased(), Math::max);
            assertThat(result).as("seed " + seed).isInstanceOf(FetchResult.Fetched.class);
            result.release();
        }
        for (Future<?> each : downloads) {
            each.get(10, TimeUnit.SECONDS);
        }
        fetching.shutdownNow();
        assertThat(most.get()).isLessThanOrEqualTo(small.bytes());
        assertThat(small.leased()).isZero();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMillis(20), NanoClock.SYSTEM);
    }

    /** Wants more on a separate thread; the constructor returns once that thread waits. */
    private final class Waiting {
        private final AtomicReference<Thread> thread = new AtomicReference<>();
        private final Future<Boolean> grown;

        Waiting(FetchBudget.Lease lease, long more) {
            grown = threads.submit(() -> {
                thread.set(Thread.currentThread());
                return lease.grow(more, Deadline.after(Duration.ofSeconds(30), NanoClock.SYSTEM));
            });
            await().until(() -> thread.get() != null && thread.get().getState() == Thread.State.TIMED_WAITING);
        }

        boolean granted() throws Exception {
            return grown.get(20, TimeUnit.SECONDS);
        }
    }
}
