package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.StateMachine;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.VerdictGate;
import io.bulwark.service.pipeline.UploadSink;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Puts a loop together. */
public final class Loops {

    private Loops() {}

    /** A loop with its own consumer and producer; both are closed when it returns from its run. */
    public static WorkerLoop create(
            KafkaClients clients,
            AnswerSerializers serializers,
            UploadSink pipeline,
            VerdictGate banks,
            StateMachine state,
            LoopSettings settings,
            WorkerMetrics metrics,
            Tracing tracing,
            NanoClock clock,
            Clock wallClock,
            ThreadWatch watch) {
        return new WorkerLoop(
                clients.uploadsConsumer(),
                new Transactions(clients::producer, new AnswerRecords(serializers, settings.maxRecordBytes())),
                committing(),
                pipeline,
                banks,
                state,
                settings,
                new PoisonBreaker(UUID.randomUUID().toString().replace("-", ""), settings.ahead()),
                new LoopReport(metrics, tracing, clock, wallClock),
                clock,
                watch);
    }

    /** One thread, which ends by itself when there is nothing more to commit. */
    private static Executor committing() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "bulwark-commits");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
