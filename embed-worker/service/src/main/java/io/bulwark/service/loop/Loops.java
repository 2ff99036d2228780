package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.StateMachine;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.VerdictGate;
import io.bulwark.service.pipeline.UploadSink;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.util.UUID;

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
            NanoClock clock,
            Clock wallClock,
            ThreadWatch watch) {
        return new WorkerLoop(
                clients.uploadsConsumer(),
                new Transactions(clients::producer, new AnswerRecords(serializers, settings.maxRecordBytes())),
                pipeline,
                banks,
                state,
                settings,
                new PoisonBreaker(UUID.randomUUID().toString().replace("-", ""), settings.ahead()),
                new LoopReport(metrics, clock, wallClock),
                clock,
                watch);
    }
}
