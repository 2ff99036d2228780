package io.bulwark.service;

import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.service.config.ScoreConfig;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.pipeline.Pipeline;
import io.bulwark.service.pipeline.Warmth;
import io.bulwark.service.score.Ledger;
import io.bulwark.service.score.ScoreDesk;
import io.bulwark.service.score.ScoreDesk.Room;
import io.bulwark.service.score.ScoreTokens;
import io.bulwark.service.telemetry.RequestTimer;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * The worker's third mode: judges what programs ask about over HTTP, with the parts that a worker judges uploads with,
 * and no uploads. {@link #desk} and {@link #room} may be called by any thread.
 */
public final class ScoreServer extends HttpMode implements ScoreRoute.DecisionSource {

    private final WorkerConfig config;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final ScoreTokens tokens;
    private final Room room;
    private final RequestTimer metrics;
    private final Assembly parts;
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
            RequestTimer metrics) {
        super("bulwark-score-main", "Decisions cannot be given", config.drainTimeout());
        this.config = config;
        this.producers = producers;
        this.tokens = ScoreTokens.read(config.score().tokensFile().orElseThrow());
        this.room = new Room(config.score().requests());
        this.metrics = metrics;
        this.parts = new Assembly(
                config, clients, workerId, new Following.Instruments(workerMetrics, clock, Clock.systemUTC(), watch));
    }

    @Override
    public void stop() {
        desk = null;
        parts.stopWaiting();
        super.stop();
    }

    @Override
    void serve() throws InterruptedException {
        try (parts) {
            state = State.WARMING;
            Warmth warm = parts.warmUp();
            state = State.PUBLISHING_SCHEMAS;
            if (parts.publishSchemas()) {
                serve(parts.begin(warm));
            }
        }
    }

    private void serve(Pipeline begun) throws InterruptedException {
        ScoreConfig score = config.score();
        try (Ledger ledger = new Ledger(producers.get(), parts.perception().serializers(), score.deadline(), clock);
                EventSerializer<ImageUploaded> events = new EventSerializer<>(ImageUploaded.class).unbounded();
                ScoreDesk made = new ScoreDesk(
                        score.requests(), begun, parts.gate(), events, ledger, metrics, clock, Clock.systemUTC())) {
            events.configure(Map.of(), false);
            pipeline = begun;
            desk = made;
            state = State.RUNNING;
            WorkerLog.scoresServed(score.requests());
            stopping.await();
        } finally {
            desk = null;
        }
    }

    @Override
    public Optional<String> livenessFailure() {
        return Optional.ofNullable(state == State.FAILED ? null : pipeline)
                .flatMap(Pipeline::failure)
                .map(broken -> "The pipeline cannot go on: " + broken)
                .or(super::livenessFailure);
    }

    @Override
    String starting() {
        return state == State.PUBLISHING_SCHEMAS
                ? parts.schemasTrouble().orElse("The schemas that audits are written with are being published")
                : "The encoder is being opened and measured";
    }

    @Override
    Optional<String> running() {
        return parts.gate().status() instanceof Readiness.Usable
                ? livenessFailure().or(parts::lack)
                : Optional.of(parts.gate().status().message());
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
    public RequestTimer metrics() {
        return metrics;
    }

    @Override
    public Optional<ScoreDesk> desk() {
        return Optional.ofNullable(desk);
    }
}
