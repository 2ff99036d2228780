package io.bulwark.service.loop;

import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.WorkerState.StateMachine;
import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Puts the loops of one worker together. One thread. */
public final class Loops {

    private final WorkerConfig config;
    private final KafkaClients clients;
    private final Supplier<AnswerSerializers> serializers;
    private final Environment environment;
    private final ExclusiveTrial trial = new ExclusiveTrial();

    /**
     * Makes the maker.
     *
     * @param serializers makes those of one loop
     */
    public Loops(
            WorkerConfig config,
            KafkaClients clients,
            Supplier<AnswerSerializers> serializers,
            Environment environment) {
        this.config = config;
        this.clients = clients;
        this.serializers = serializers;
        this.environment = environment;
    }

    /** The loop of a lane with its own consumer and producer; both are closed when it returns from its run. */
    public WorkerLoop create(Lane lane, UploadSink pipeline, StateMachine state) {
        LoopSettings settings = LoopSettings.of(config, lane);
        return new WorkerLoop(
                clients.uploadsConsumer(lane),
                new Transactions(
                        () -> clients.producer(lane), new AnswerRecords(serializers.get(), settings.maxRecordBytes())),
                committing(lane),
                pipeline,
                trial.seat(lane),
                state,
                settings,
                UUID.randomUUID().toString().replace("-", ""),
                environment);
    }

    /** One thread, which ends by itself when there is nothing more to commit. */
    private static Executor committing(Lane lane) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, lane.named("bulwark-commits"));
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * What every loop of a worker finds around it.
     *
     * @param banks what verdicts wait for
     * @param clock that waits are measured with
     * @param wallClock that latencies are told by
     */
    public record Environment(
            VerdictGate banks,
            WorkerMetrics metrics,
            Tracing tracing,
            NanoClock clock,
            Clock wallClock,
            ThreadWatch watch) {}
}
