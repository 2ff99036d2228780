package io.bulwark.stream.runtime;

import io.bulwark.schemas.connection.ConnectionFaults;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jboss.logging.Logger;

/**
 * Runs the Kafka Streams client: waits for the topics, starts it, watches it, and after a failure closes it and starts
 * a new one, all on one thread. {@link #status} and {@link #streams} may be called by any thread.
 */
public final class StreamsSupervisor implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(StreamsSupervisor.class);
    private static final Duration JOIN_WITHIN = KafkaStreamsClients.CLOSE_WITHIN.plusSeconds(5);

    private final Clients clients;
    private final Pauses pauses;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Object lock = new Object();
    private StreamsStatus status; // guarded by lock
    private volatile KafkaStreams streams;
    private volatile Throwable failure;
    private volatile CountDownLatch ended = new CountDownLatch(1);
    private Clients.Client former; // of the supervisor's thread
    private volatile Optional<Long> closingSince = Optional.empty(); // System.nanoTime(); empty once it is closed

    /**
     * How long to wait.
     *
     * @param topics between two looks at the topics
     * @param firstRestart before the first restart; doubles with each further one
     * @param longestRestart the most it grows to
     * @param closing how long a client that ended may take to close while the supervisor counts as alive
     */
    record Pauses(Duration topics, Duration firstRestart, Duration longestRestart, Duration closing) {}

    StreamsSupervisor(Clients clients, Pauses pauses) {
        this.clients = clients;
        this.pauses = pauses;
        status = new StreamsStatus(StreamsStatus.State.WAITING_FOR_TOPICS, "The topics were not checked yet.");
        thread = new Thread(this::run, "streams-supervisor");
    }

    void start() {
        thread.start();
    }

    /** The present status. */
    public StreamsStatus status() {
        synchronized (lock) {
            return status;
        }
    }

    /** Whether the supervisor's thread runs, and no client that ended has been closing for too long. */
    public boolean isAlive() {
        return thread.isAlive()
                && closingSince
                        .filter(since ->
                                System.nanoTime() - since > pauses.closing().toNanos())
                        .isEmpty();
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
                if (!formerIsClosed() || !topicsAreThere()) {
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
                become(StreamsStatus.State.FAILED, why + " A new client starts in " + pause.toMillis() + " ms.");
                if (stops(pause)) {
                    break;
                }
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(pauses.longestRestart()) < 0 ? doubled : pauses.longestRestart();
                become(StreamsStatus.State.WAITING_FOR_TOPICS, "Starting again. Last failure: " + why);
            }
            become(StreamsStatus.State.STOPPED, "The application stops.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            become(StreamsStatus.State.STOPPED, "The supervisor was interrupted.");
        }
    }

    /** A client that was cut off may take minutes to close, and holds the lock on its state until then. */
    private boolean formerIsClosed() throws InterruptedException {
        if (former == null || former.isClosed()) {
            closingSince = Optional.empty();
            return true;
        }
        if (closingSince.isEmpty()) { // it did not start
            closingSince = Optional.of(System.nanoTime());
        }
        say("The client that failed has not closed its stores yet; a new one follows.");
        stops(pauses.topics());
        return false;
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
        try (Clients.Client client = clients.create()) {
            former = client;
            runUntilItEnds(client.streams());
            closingSince = Optional.of(System.nanoTime());
            if (!stops(Duration.ZERO)) { // closing takes a while, and it decides nothing more
                streams = null;
                become(StreamsStatus.State.FAILED, why() + " It is being closed.");
            }
        } catch (RuntimeException notMade) {
            LOG.error("Kafka Streams did not start", notMade);
            failure = notMade;
        } finally {
            streams = null;
        }
        return why();
    }

    private void runUntilItEnds(KafkaStreams started) throws InterruptedException {
        started.setUncaughtExceptionHandler(thrown -> {
            LOG.error("A stream thread failed; the client shuts down and a new one follows", thrown);
            failure = thrown;
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        started.setStateListener((to, from) -> follow(started, to));
        become(StreamsStatus.State.REBALANCING, "The client starts.");
        streams = started;
        try {
            started.start();
            if (!stops(Duration.ZERO)) {
                ended.await();
            }
        } catch (RuntimeException startFailed) {
            LOG.error("Kafka Streams did not start", startFailed);
            failure = startFailed;
        }
    }

    private String why() {
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
            case RUNNING -> become(StreamsStatus.State.RUNNING, "All tasks run.");
            case REBALANCING -> become(StreamsStatus.State.REBALANCING, "Tasks are being assigned or restored.");
            case PENDING_ERROR, ERROR, NOT_RUNNING -> ended.countDown();
            default -> LOG.debugf("Kafka Streams is %s", to);
        }
    }

    private void become(StreamsStatus.State to, String why) {
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

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    /** Makes Kafka Streams clients. */
    interface Clients {

        /** What keeps a client from starting, as a sentence; empty where nothing does. */
        Optional<String> topicFault() throws InterruptedException;

        /** A new client, not started. */
        Client create();

        /** A client and what was made for it; both are closed. */
        interface Client extends AutoCloseable {

            KafkaStreams streams();

            /** Returns after a time limit, also where the client still closes. */
            @Override
            void close();

            /** Whether it is closed, so that another may open the same state. */
            boolean isClosed();
        }
    }

    /**
     * The state and what people need to know of it.
     *
     * @param message one sentence
     */
    public record StreamsStatus(State state, String message) {

        /** The status that follows. */
        StreamsStatus next(State to, String why) {
            if (!State.isTransitionValid(state, to)) {
                throw new IllegalStateException("From " + state + " the client cannot become " + to + " (" + why + ")");
            }
            return new StreamsStatus(to, why);
        }

        /** Where the life of the Kafka Streams client stands. */
        public enum State {
            /** Looking whether the topics are there. */
            WAITING_FOR_TOPICS,
            /** Started; tasks are being assigned or restored. */
            REBALANCING,
            /** All tasks of this instance run. */
            RUNNING,
            /** The client failed; a new one follows after a pause. */
            FAILED,
            /** Closed for good. */
            STOPPED;

            private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
                    WAITING_FOR_TOPICS, EnumSet.of(REBALANCING, FAILED, STOPPED),
                    REBALANCING, EnumSet.of(RUNNING, FAILED, STOPPED),
                    RUNNING, EnumSet.of(REBALANCING, FAILED, STOPPED),
                    FAILED, EnumSet.of(WAITING_FOR_TOPICS, STOPPED),
                    STOPPED, EnumSet.noneOf(State.class)));

            /** Whether the one state may follow the other. */
            public static boolean isTransitionValid(State from, State to) {
                return NEXT.get(from).contains(to);
            }
        }
    }
}
