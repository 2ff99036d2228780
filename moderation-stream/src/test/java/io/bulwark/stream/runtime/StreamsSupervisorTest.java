package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.stream.runtime.StreamsSupervisor.Pauses;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What needs no broker; the integration tests show the rest. */
class StreamsSupervisorTest {

    private static final Pauses SHORT = new Pauses(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(20));

    @Test
    void whileATopicIsMissingItSaysSoAndMakesNoClient() {
        var clients = new Clients(Optional.of("Topic x does not exist."));
        try (var supervisor = new StreamsSupervisor(clients, SHORT)) {
            supervisor.start();
            await().until(() -> clients.looks.get() > 3);
            assertThat(supervisor.status())
                    .isEqualTo(new StreamsStatus(StreamsStatus.State.WAITING_FOR_TOPICS, "Topic x does not exist."));
            assertThat(supervisor.streams()).isEmpty();
            assertThat(clients.made).hasValue(0);
        }
    }

    @Test
    void aClientThatDoesNotStartIsTriedAgainAndTheReasonStaysVisible() {
        var clients = new Clients(Optional.empty());
        try (var supervisor = new StreamsSupervisor(clients, SHORT)) {
            supervisor.start();
            await().until(() -> clients.made.get() > 3);
            await().until(() -> supervisor.status().message().contains("the folder is locked"));
            assertThat(supervisor.isAlive()).isTrue();
        }
    }

    @Test
    void onceClosedItStaysStopped() {
        var supervisor = new StreamsSupervisor(new Clients(Optional.of("Topic x does not exist.")), SHORT);
        supervisor.start();
        supervisor.close();
        assertThat(supervisor.status().state()).isEqualTo(StreamsStatus.State.STOPPED);
        assertThat(supervisor.isAlive()).isFalse();
    }

    private static final class Clients implements StreamsSupervisor.Clients {

        private final Optional<String> fault;
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger made = new AtomicInteger();

        private Clients(Optional<String> fault) {
            this.fault = fault;
        }

        @Override
        public Optional<String> topicFault() {
            looks.incrementAndGet();
            return fault;
        }

        @Override
        public Client create() {
            made.incrementAndGet();
            throw new IllegalStateException("the folder is locked");
        }
    }
}
