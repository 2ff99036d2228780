package io.bulwark.service.pipeline;

import io.bulwark.perception.verdict.VerdictPolicy;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * All threads between the loop and the outcomes. Started in two steps, since nobody knows the size of views before the
 * encoder is open: {@link #warmUp} and {@link #begin}. The loop's thread calls everything here.
 */
public final class Pipeline implements UploadSink, AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final InferenceThread inference;
    private final Thread inferenceThread;
    private final NanoClock clock;
    private final ThreadWatch watch;
    private ReadyQueue ready;
    private PreparationPool preparing;
    private PreparationPool fetching;
    private Preparation preparation;

    public Pipeline(EncoderFactory encoders, NanoClock clock, ThreadWatch watch, WorkerMetrics metrics) {
        this.clock = clock;
        this.watch = watch;
        this.inference = new InferenceThread(encoders, clock, watch, metrics);
        this.inferenceThread = new Thread(inference, "bulwark-inference");
        inferenceThread.setDaemon(true);
    }

    /** Opens and measures the encoder, in the background. */
    public CompletableFuture<WarmEncoder> warmUp() {
        inferenceThread.start();
        return inference.warm();
    }

    /** Takes uploads from now on. */
    public void begin(
            WarmEncoder warm,
            Duration linger,
            PreparationSteps steps,
            PreparationLimits limits,
            VerdictPolicy policy,
            VerdictWriter verdicts,
            BankShelf shelf) {
        BatchPlan plan = BatchPlan.of(new ArrayList<>(warm.viewsPerSecond().keySet()), warm.bestSize(), linger);
        ready = new ReadyQueue(plan, limits.maxReadyBytes(), clock);
        preparing = new PreparationPool("prepare", limits.threads(), watch);
        fetching = new PreparationPool("fetch", limits.fetchThreads(), watch);
        Refusals refusals = new Refusals(verdicts, shelf::version);
        preparation = new Preparation(steps, refusals, ready, preparing, fetching, limits, clock);
        inference.begin(ready, new Judge(shelf, policy, verdicts, warm.encoder().description(), clock));
    }

    /** Sends an upload on its way; its outcome comes through the upload itself. */
    @Override
    public void submit(UploadInFlight upload) {
        preparation.submit(upload);
    }

    /** Why nothing will be answered any more; empty while all is well. */
    @Override
    public Optional<Throwable> failure() {
        return inference.failure();
    }

    /** Stops all threads; what was not answered stays so. */
    @Override
    public void close() {
        inference.stop();
        if (ready != null) {
            ready.close();
            preparing.close();
            fetching.close();
        }
        try {
            inferenceThread.join(TimeUnit.NANOSECONDS.toMillis(CLOSE.toNanos()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
