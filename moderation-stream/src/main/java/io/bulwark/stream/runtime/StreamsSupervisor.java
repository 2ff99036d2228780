package io.bulwark.stream.runtime;

import io.bulwark.schemas.connection.ConnectionFaults;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jboss.logging.Logger;

/**
 * The life of the Kafka Streams client: wait for the topics, start, watch, and after a failure close it and start a new
 * one. One thread of its own does all of that; {@link #status} and {@link #streams} may be called by any thread.
 */
public final class StreamsSupervisor implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(StreamsSupervisor.class);
    private static final Duration JOIN_WITHIN = KafkaStreamsClients.CLOSE_WITHIN.plusSeconds(5);

    private final StreamsClients clients;
    private final Pauses pauses;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Object lock = new Object();
    private StreamsStatus status; // guarded by lock
    private volatile KafkaStreams streams;
    private volatile Throwable failure;
    private volatile CountDownLatch ended = new CountDownLatch(1);

    /**
     * How long to wait.
     *
     * @param topics between two looks at the topics
     * @param firstRestart before the first restart; doubles with each further one
     * @param longestRestart the most it grows to
     */
    record Pauses(Duration topics, Duration firstRestart, Duration longestRestart) {}

    StreamsSupervisor(StreamsClients clients, Pauses pauses) {
        this.clients = clients;
        this.pauses = pauses;
        status = new StreamsStatus(StreamsState.WAITING_FOR_TOPICS, "Not yet looked for the topics.");
        thread = new Thread(this::run, "streams-supervisor");
    }

    void start() {
        thread.start();
    }

    /** Where things stand. */
    public StreamsStatus status() {
        synchronized (lock) {
            return status;
        }
    }

    /** Whether the supervisor's own thread is there to mend what fails. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** The client, from its start to its failure; it may be rebalancing. */
    public Optional<KafkaStreams> streams() {
        return Optional.ofNullable(streams);
    }

    /** Closes the client and waits for its end, half a minute at most. Called once, by the application's shutdown. */
    @Override
    public void close() {
        stopping.countDown();
        ended.countDown();
        try {
            thread.join(JOIN_WITHIN.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = pauses.firstRestart();
        try {
            while (!stops(Duration.ZERO)) {
                if (!topicsAreThere()) {
                    continue;
                }
                long started = System.nanoTime();
                String why = runOneClient();
                if (stops(Duration.ZERO)) {
                    break;
                }
                boolean ranForLong = System.nanoTime() - started
                        > pauses.longestRestart().multipliedBy(2).toNanos();
                pause = ranForLong ? pauses.firstRestart() : pause;
                become(StreamsState.FAILED, why + " A new client starts in " + pause.toMillis() + " ms.");
                if (stops(pause)) {
                    break;
                }
                pause = shorter(pause.multipliedBy(2), pauses.longestRestart());
                become(StreamsState.WAITING_FOR_TOPICS, "Starting again. Last failure: " + why);
            }
            become(StreamsState.STOPPED, "The application stops.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            become(StreamsState.STOPPED, "The supervisor was interrupted.");
        }
    }

    private boolean topicsAreThere() throws InterruptedException {
        Optional<String> fault = clients.topicFault();
        if (fault.isEmpty()) {
            return true;
        }
        say(fault.get());
        stops(pauses.topics());
        return false;
    }

    /** @return why it ended; meaningless where the application stops */
    private String runOneClient() throws InterruptedException {
        failure = null;
        ended = new CountDownLatch(1);
        try (StreamsClients.Client client = clients.create()) {
            KafkaStreams started = client.streams();
            started.setUncaughtExceptionHandler(thrown -> {
                LOG.error("A stream thread failed; the client shuts down and a new one follows", thrown);
                failure = thrown;
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            started.setStateListener((to, from) -> follow(started, to));
            become(StreamsState.REBALANCING, "The client starts.");
            streams = started;
            started.start();
            if (!stops(Duration.ZERO)) {
                ended.await();
            }
            streams = null;
        } catch (RuntimeException startFailed) {
            LOG.error("Kafka Streams did not start", startFailed);
            failure = startFailed;
        } finally {
            streams = null;
        }
        Throwable cause = failure;
        return cause == null
                ? "Kafka Streams ended by itself."
                : "Kafka Streams failed: " + ConnectionFaults.explain(cause).orElseGet(() -> rootMessage(cause) + ".");
    }

    /** Called by the client's threads. */
    private void follow(KafkaStreams client, KafkaStreams.State to) {
        if (client != streams) {
            return; // it is being closed
        }
        switch (to) {
            case RUNNING -> become(StreamsState.RUNNING, "All tasks run.");
            case REBALANCING -> become(StreamsState.REBALANCING, "Tasks are being assigned or restored.");
            case PENDING_ERROR, ERROR, NOT_RUNNING -> ended.countDown();
            default -> LOG.debugf("Kafka Streams is %s", to);
        }
    }

    private void become(StreamsState to, String why) {
        synchronized (lock) {
            if (status.state() == to) {
                status = new StreamsStatus(to, why);
                return;
            }
            status = status.next(to, why);
        }
        LOG.infof("%s: %s", to, why);
    }

    private void say(String message) {
        synchronized (lock) {
            if (status.message().equals(message)) {
                return;
            }
            status = new StreamsStatus(status.state(), message);
        }
        LOG.warn(message);
    }

    private boolean stops(Duration within) throws InterruptedException {
        return stopping.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
