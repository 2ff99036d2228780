package io.bulwark.service.pipeline;

import io.bulwark.perception.bank.Bank;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.Fetching.PatientFetching;
import io.bulwark.service.pipeline.Fetching.PromptFetching;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import io.bulwark.service.pipeline.Warmth.WarmPair;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * All threads between the loop and the outcomes. Started in two steps, since the size of views is unknown before the
 * encoder is open: {@link #warmUp} and {@link #begin}. The loops' threads call everything here.
 */
public final class Pipeline implements UploadSink, AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final List<InferenceThread> inferences = new ArrayList<>();
    private final List<Thread> inferenceThreads = new ArrayList<>();
    private final NanoClock clock;
    private final ThreadWatch watch;
    private final WorkerMetrics metrics;
    private final Activity activity = new Activity();
    private final Activity ofDeferred = new Activity();
    private ReadyQueue ready;
    private PreparationPool preparing;
    private Fetching prompt;
    private Fetching patient;
    private Preparation uploads;
    private Preparation deferred;

    /**
     * Makes a pipeline; nothing runs yet.
     *
     * @param instances encoders that run side by side
     * @param twins opens a twin for each of them, where one is to run
     * @param twinIsNeeded whether nothing is SAFE without its word
     */
    public Pipeline(
            int instances,
            WarmEncoder.Factory encoders,
            Optional<WarmEncoder.Factory> twins,
            boolean twinIsNeeded,
            NanoClock clock,
            ThreadWatch watch,
            WorkerMetrics metrics) {
        this.clock = clock;
        this.watch = watch;
        this.metrics = metrics;
        for (int i = 1; i <= instances; i++) {
            InferenceThread inference = new InferenceThread(encoders, twins, twinIsNeeded, clock, watch, metrics);
            Thread thread = new Thread(inference, "bulwark-inference-" + i);
            thread.setDaemon(true);
            inferences.add(inference);
            inferenceThreads.add(thread);
        }
    }

    /** Opens and measures the encoders, in the background. */
    public CompletableFuture<Warmth> warmUp() {
        inferenceThreads.forEach(Thread::start);
        List<CompletableFuture<WarmPair>> warm =
                inferences.stream().map(InferenceThread::warm).toList();
        return CompletableFuture.allOf(warm.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        Warmth.of(warm.stream().map(CompletableFuture::join).toList()));
    }

    /** Takes uploads from now on. */
    public void begin(
            Warmth warm,
            Duration linger,
            PreparationSteps steps,
            PreparationSteps.Limits limits,
            DecisionSteps decision) {
        BatchPlan plan = BatchPlan.of(List.copyOf(warm.viewsPerSecond().keySet()), warm.bestSize(), linger);
        ready = new ReadyQueue(plan, limits.maxReadyBytes(), inferences.size(), activity, clock);
        preparing = new PreparationPool("prepare", limits.threads(), watch, activity);
        Refusals refusals = new Refusals(
                decision.verdicts(),
                decision.policies(),
                () -> decision.shelf().current().map(Bank::version).orElse(""));
        prompt = new PromptFetching(
                new PreparationPool("fetch", limits.promptThreads(), watch, activity),
                steps.promptSources(),
                refusals,
                limits.prompt(),
                clock);
        patient = new PatientFetching(
                new PreparationPool("deferred-fetch", limits.patientThreads(), watch, activity, ofDeferred),
                steps.patientSources(),
                limits.patientPerHost(),
                refusals,
                limits.patience(),
                clock);
        KnownFiles known =
                new KnownFiles(decision.shelf(), decision.policies(), decision.verdicts(), decision.restricted());
        uploads = preparation(steps, known, refusals, prompt, new Activity(), activity, limits.deferrableBytes());
        deferred = preparation(steps, known, refusals, patient, ofDeferred, ofDeferred, 0);
        Judge judge = new Judge(decision, warm, refusals, clock, metrics);
        Optional<BatchPlan> late =
                decision.twin().filter(parts -> !parts.sample().isOfAll()).map(parts -> plan);
        inferences.forEach(inference -> inference.begin(ready, judge, linger, late));
    }

    private Preparation preparation(
            PreparationSteps steps,
            KnownFiles known,
            Refusals refusals,
            Fetching fetching,
            Activity lane,
            Activity awaited,
            int deferrableBytes) {
        return new Preparation(
                steps,
                known,
                refusals,
                ready,
                preparing,
                fetching,
                lane,
                awaited,
                this::failure,
                deferrableBytes,
                clock);
    }

    /**
     * Where deferred uploads go: idle when no deferred upload is at work, since the others do not wait for slow
     * locations.
     */
    public UploadSink deferred() {
        return deferred;
    }

    @Override
    public void submit(UploadInFlight upload) {
        uploads.submit(upload);
    }

    @Override
    public void refusePoison(UploadInFlight upload) {
        uploads.refusePoison(upload);
    }

    @Override
    public boolean isIdle() {
        return uploads.isIdle();
    }

    /** Why nothing will be answered any more; empty while all is well. */
    @Override
    public Optional<Throwable> failure() {
        return inferences.stream()
                .flatMap(inference -> inference.failure().stream())
                .findFirst()
                .or(preparing::failure)
                .or(prompt::failure)
                .or(patient::failure);
    }

    /** Stops all threads; what was not answered stays so. */
    @Override
    public void close() {
        inferences.forEach(InferenceThread::stop);
        if (ready != null) {
            ready.close();
            preparing.close();
            prompt.close();
            patient.close();
        }
        try {
            for (Thread thread : inferenceThreads) {
                thread.join(CLOSE.toMillis());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
