package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HttpModeTest {

    @Test
    void aProcessThatWasToldToStopIsUnreadyAtOnceThoughItsPartsStillClose() {
        var closing = new CountDownLatch(1);
        Served served = new Served(closing, Optional.empty());
        served.start();
        await().until(() -> served.unreadiness().isEmpty());

        served.stop();

        assertThat(served.phase()).isEqualTo("RUNNING");
        assertThat(served.unreadiness())
                .hasValueSatisfying(why -> assertThat(why).contains("told to stop"));
        closing.countDown();
        await().until(() -> served.phase().equals("STOPPED"));
    }

    @Test
    void aPartThatDoesNotCloseIsNoFailureOfAProcessThatStops() {
        Served served = new Served(new CountDownLatch(0), Optional.of(new IllegalStateException("a consumer")));
        served.start();
        await().until(() -> served.unreadiness().isEmpty());

        served.stop();

        await().until(() -> served.phase().equals("STOPPED"));
        assertThat(served.livenessFailure()).isEmpty();
    }

    private static final class Served extends HttpMode {

        private final CountDownLatch closing;
        private final Optional<RuntimeException> failure;

        Served(CountDownLatch closing, Optional<RuntimeException> failure) {
            super("served", "It cannot be served", Duration.ofMillis(100));
            this.closing = closing;
            this.failure = failure;
        }

        @Override
        void serve() throws InterruptedException {
            state = State.RUNNING;
            stopping.await();
            closing.await();
            if (failure.isPresent()) {
                throw failure.get();
            }
        }

        @Override
        String starting() {
            return "It starts";
        }

        @Override
        Optional<String> running() {
            return Optional.empty();
        }
    }
}
