package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.bench.LatencyResult.ErlangQueue;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErlangQueueTest {

    /**
     * Of one server the time in the queue is distributed exponentially, by what the service rate is above the
     * arrivals'.
     */
    @Test
    void a_single_server_is_done_with_a_share_within_what_the_exponential_distribution_says() {
        ErlangQueue queue = new ErlangQueue(1, 50, 10);

        assertThat(queue.waits()).isCloseTo(0.5, within(1e-12));
        assertThat(queue.millis(99)).isCloseTo(Math.log(100) * 20, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"2, 80, 20.1", "2, 50, 20", "4, 100, 12", "3, 10, 30", "2, 40, 25"})
    void percentiles_are_those_of_a_simulation(int servers, double rate, double serviceMillis) {
        ErlangQueue queue = new ErlangQueue(servers, rate, serviceMillis);
        double[] simulated = simulated(servers, rate, serviceMillis);

        for (int percent : new int[] {50, 95, 99}) {
            double wanted = simulated[simulated.length * percent / 100];
            assertThat(queue.millis(percent)).isCloseTo(wanted, within(0.05 * wanted));
        }
    }

    @Test
    void a_queue_that_grows_without_end_has_no_percentiles() {
        ErlangQueue queue = new ErlangQueue(2, 100, 21);

        assertThat(queue.isStable()).isFalse();
        assertThat(queue.text()).isEqualTo("1.05 times what 2 cores can do");
        assertThat(queue.fields()).doesNotContainKey("p99Millis");
    }

    @Test
    void one_line_says_how_long_and_how_busy() {
        assertThat(new ErlangQueue(2, 80, 20.1).text()).isEqualTo("cores 0.80 busy, p50 42 ms  p95 162 ms  p99 245 ms");
    }

    private static double[] simulated(int servers, double rate, double serviceMillis) {
        SplittableRandom random = new SplittableRandom(1);
        PriorityQueue<Double> free = new PriorityQueue<>();
        for (int server = 0; server < servers; server++) {
            free.add(0.0);
        }
        double[] times = new double[1_000_000];
        double now = 0;
        for (int i = 0; i < times.length; i++) {
            now += exponential(random, 1e3 / rate);
            double end = Math.max(now, free.remove()) + exponential(random, serviceMillis);
            free.add(end);
            times[i] = end - now;
        }
        Arrays.sort(times);
        return times;
    }

    private static double exponential(SplittableRandom random, double mean) {
        return -Math.log(1 - random.nextDouble()) * mean;
    }
}
