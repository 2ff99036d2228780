package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.stream.runtime.StreamsSupervisor.Pauses;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/** What needs no broker; the integration tests show the rest. */
class StreamsSupervisorTest {

    private static final Pauses SHORT =
            new Pauses(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMinutes(5));

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

    /** As when it was cut off from the brokers: closing took 20 s, in which it was ready and answered no question. */
    @Test
    void aClientThatEndedIsNotReadyWhileItCloses() {
        var clients = new ClosingClients();
        try (var supervisor = new StreamsSupervisor(clients, SHORT)) {
            supervisor.start();
            await().until(() -> supervisor.streams().isPresent());
            supervisor.streams().orElseThrow().close();
            await().untilAsserted(() -> {
                assertThat(supervisor.status().state()).isEqualTo(StreamsStatus.State.FAILED);
                assertThat(supervisor.streams()).isEmpty();
            });
            clients.closes.countDown();
        }
    }

    /** Its lock on the state makes another one fail, which was an error in the log and a longer pause. */
    @Test
    void noClientFollowsBeforeTheOneThatEndedIsClosed() {
        var clients = new ClosingClients();
        clients.closes.countDown();
        try (var supervisor = new StreamsSupervisor(clients, SHORT)) {
            supervisor.start();
            await().until(() -> supervisor.streams().isPresent());
            supervisor.streams().orElseThrow().close();
            await().until(() -> supervisor.status().message().contains("has not closed its stores yet"));
            assertThat(clients.made).hasValue(1);
            clients.isClosed = true;
            await().until(() -> clients.made.get() > 1);
        }
    }

    @Test
    void aClientThatClosesForTooLongMakesTheSupervisorCountAsDeadUntilItIsClosed() {
        var clients = new ClosingClients();
        clients.closes.countDown();
        var impatient = new Pauses(SHORT.topics(), SHORT.firstRestart(), SHORT.longestRestart(), Duration.ofMillis(50));
        try (var supervisor = new StreamsSupervisor(clients, impatient)) {
            supervisor.start();
            await().until(() -> supervisor.streams().isPresent());
            assertThat(supervisor.isAlive()).isTrue();
            supervisor.streams().orElseThrow().close();
            await().until(() -> !supervisor.isAlive());
            clients.isClosed = true;
            await().until(supervisor::isAlive);
        }
    }

    /** The next client waited for ever for one whose native memory or producer had refused to close. */
    @Test
    void aClientCountsAsClosedAlsoWhereEachOfItsPartsThrows() {
        var asked = new AtomicInteger();
        AutoCloseable refusing = () -> {
            asked.incrementAndGet();
            throw new IllegalStateException("it does not close");
        };
        var client = new KafkaStreamsClients.WholeClient(
                ClosingClients.streams("refusing"), refusing, refusing, List.of(refusing, refusing));
        client.close();
        assertThat(client.isClosed()).isTrue();
        assertThat(asked).hasValue(4);
    }

    @Test
    void onceClosedItStaysStopped() {
        var supervisor = new StreamsSupervisor(new Clients(Optional.of("Topic x does not exist.")), SHORT);
        supervisor.start();
        supervisor.close();
        assertThat(supervisor.status().state()).isEqualTo(StreamsStatus.State.STOPPED);
        assertThat(supervisor.isAlive()).isFalse();
    }

    /** Real clients of brokers that are not there. */
    private static final class ClosingClients implements StreamsSupervisor.Clients {

        private final AtomicInteger made = new AtomicInteger();
        private final CountDownLatch closes = new CountDownLatch(1);
        private volatile boolean isClosed;

        static KafkaStreams streams(String application) {
            var topology = new Topology().addSource("source", "topic");
            var properties = new Properties();
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
            properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
            return new KafkaStreams(topology, properties);
        }

        @Override
        public Optional<String> topicFault() {
            return Optional.empty();
        }

        @Override
        public Client create() {
            var streams = streams("application-" + made.incrementAndGet());
            return new Client() {
                @Override
                public KafkaStreams streams() {
                    return streams;
                }

                @Override
                public void close() {
                    streams.close();
                    try {
                        closes.await();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                }

                @Override
                public boolean isClosed() {
                    return isClosed;
                }
            };
        }
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
