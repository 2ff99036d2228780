package io.bulwark.perception.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.encoder.BatchShapes.FastestCall;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FastestCallTest {

    @Test
    void withoutTimeOneCallWarmsUpAndOneCounts() {
        AtomicInteger calls = new AtomicInteger();

        long nanos = FastestCall.nanos(3, Duration.ZERO, calls::incrementAndGet);

        assertThat(calls).hasValue(2);
        assertThat(nanos).isPositive();
    }

    @Test
    void withTimeAllWarmUpCallsAreMadeBeforeOneCounts() {
        AtomicInteger calls = new AtomicInteger();
        Runnable slowAtFirst = () -> {
            if (calls.incrementAndGet() <= 3) {
                LockSupport.parkNanos(2_000_000);
            }
        };

        assertThat(FastestCall.nanos(3, Duration.ofMillis(500), slowAtFirst)).isLessThan(2_000_000);
        assertThat(calls).hasValueGreaterThan(3);
    }

    @Test
    void goesOnForItsTimeAndTakesTheFastest() {
        AtomicInteger calls = new AtomicInteger();

        long start = System.nanoTime();
        long nanos = FastestCall.nanos(0, Duration.ofMillis(5), calls::incrementAndGet);
        long taken = System.nanoTime() - start;

        assertThat(taken).isGreaterThanOrEqualTo(5_000_000);
        assertThat(nanos).isLessThanOrEqualTo(taken / calls.get());
    }
}
