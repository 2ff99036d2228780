package io.bulwark.service;

import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.service.config.ScoreConfig;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.pipeline.Pipeline;
import io.bulwark.service.pipeline.Warmth;
import io.bulwark.service.score.Ledger;
import io.bulwark.service.score.Room;
import io.bulwark.service.score.ScoreDesk;
import io.bulwark.service.score.ScoreTokens;
import io.bulwark.service.telemetry.ScoreMetrics;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * The worker's third mode: judges what programs ask about over HTTP, with the parts that a worker judges uploads with, and no
 * uploads. It joins no group. {@link #desk}, {@link #room} and the health methods may be called by any thread.
 */
public final class ScoreServer implements Duty, ScoreRoute.DecisionSource {

    private enum State {
        STARTING,
        WARMING,
        PUBLISHING_SCHEMAS,
        RUNNING,
        STOPPED,
        FAILED
    }

    private final WorkerConfig config;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final ScoreTokens tokens;
    private final Room room;
    private final ScoreMetrics metrics;
    private final NanoClock clock = NanoClock.SYSTEM;
    private final Clock wallClock = Clock.systemUTC();
    private final ThreadWatch watch = new ThreadWatch(clock);
    private final Assembly parts;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread main = new Thread(this::live, "bulwark-score-main");
    private volatile State state = State.STARTING;
    private volatile String failure = "";
    private volatile Pipeline pipeline;
    private volatile ScoreDesk desk;

    /**
     * Makes a server.
     *
     * @param config already checked, with scores enabled
     * @param producers makes one without transactions
     * @param workerId how its verdicts name it
     * @throws IllegalStateException if the tokens cannot be read
     */
    public ScoreServer(
            WorkerConfig config,
            KafkaClients clients,
            Supplier<Producer<byte[], byte[]>> producers,
            String workerId,
            WorkerMetrics workerMetrics,
            ScoreMetrics metrics) {
        this.config = config;
        this.producers = producers;
        this.tokens = ScoreTokens.read(config.score().tokensFile().orElseThrow());
        this.room = new Room(config.score().requests());
        this.metrics = metrics;
        this.parts = new Assembly(config, clients, workerId, workerMetrics, clock, wallClock, watch);
    }

    @Override
    public void start() {
        main.start();
    }

    @Override
    public void stop() {
        desk = null;
        parts.stopWaiting();
        stopping.countDown();
        try {
            main.join(config.drainTimeout().toMillis());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void live() {
        try (parts) {
            state = State.WARMING;
            Warmth warm = parts.warmUp();
            state = State.PUBLISHING_SCHEMAS;
            if (parts.publishSchemas()) {
                serve(parts.begin(warm));
            }
            state = State.STOPPED;
        } catch (RuntimeException | Error broken) {
            Throwable cause = broken instanceof CompletionException ? broken.getCause() : broken;
            failure = "Decisions cannot be given: "
                    + ConnectionFaults.explain(cause).orElseGet(() -> String.valueOf(cause.getMessage()));
            state = State.FAILED;
            WorkerLog.failed(cause, failure);
        }
    }

    private void serve(Pipeline begun) {
        ScoreConfig score = config.score();
        try (Ledger ledger = new Ledger(producers.get(), parts.perception().serializers(), score.deadline(), clock);
                EventSerializer<ImageUploaded> events = new EventSerializer<>(ImageUploaded.class);
                ScoreDesk made = new ScoreDesk(
                        score.requests(), begun, parts.gate(), events, ledger, metrics, clock, wallClock)) {
            events.configure(Map.of(), false);
            pipeline = begun;
            desk = made;
            state = State.RUNNING;
            WorkerLog.scoresServed(score.requests());
            stopping.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            desk = null;
        }
    }

    @Override
    public String phase() {
        return state.name();
    }

    @Override
    public Optional<String> ailment() {
        if (state == State.FAILED) {
            return Optional.of(failure);
        }
        Pipeline begun = pipeline;
        return Optional.ofNullable(begun)
                .flatMap(Pipeline::failure)
                .map(broken -> "The pipeline cannot go on: " + broken)
                .or(watch::stuck);
    }

    @Override
    public Optional<String> unreadiness() {
        return switch (state) {
            case STARTING, WARMING -> Optional.of("The encoder is being opened and measured");
            case PUBLISHING_SCHEMAS ->
                parts.schemasTrouble()
                        .or(() -> Optional.of("The schemas that audits are written with are being published"));
            case RUNNING ->
                parts.gate().status() instanceof Readiness.Usable
                        ? ailment().or(parts::lack)
                        : Optional.of(parts.gate().status().message());
            case STOPPED -> Optional.of("The process was told to stop");
            case FAILED -> Optional.of(failure);
        };
    }

    @Override
    public boolean hasStarted() {
        return state != State.STARTING && state != State.WARMING;
    }

    @Override
    public ScoreConfig settings() {
        return config.score();
    }

    @Override
    public ScoreTokens tokens() {
        return tokens;
    }

    @Override
    public Room room() {
        return room;
    }

    @Override
    public ScoreMetrics metrics() {
        return metrics;
    }

    @Override
    public Optional<ScoreDesk> desk() {
        return Optional.ofNullable(desk);
    }
}
