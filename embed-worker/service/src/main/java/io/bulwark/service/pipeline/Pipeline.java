package io.bulwark.service.pipeline;

import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.process.PictureReader;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.Fetching.PatientFetching;
import io.bulwark.service.pipeline.Fetching.PromptFetching;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import io.bulwark.service.pipeline.Warmth.WarmPair;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

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

    /**
     * What hashes decide before anything is made of a file: one that stands on a list of a restricted label is answered
     * at once. The exact hashes are asked before the file is decoded, those of its pictures before it is deferred or
     * embedded, so no view, embedding, audit or copy of such an upload comes to be. Any thread.
     */
    static final class KnownFiles {

        private final SnapshotHolder<Bank> shelf;
        private final SnapshotHolder<PolicySnapshot> policies;
        private final VerdictWriter verdicts;
        private final Decider decider;
        private final boolean asked;

        /** @param restricted labels whose matches are for designated staff alone; of several the first decides */
        KnownFiles(
                SnapshotHolder<Bank> shelf,
                SnapshotHolder<PolicySnapshot> policies,
                VerdictWriter verdicts,
                List<String> restricted) {
            this.shelf = shelf;
            this.policies = policies;
            this.verdicts = verdicts;
            this.decider = new Decider(List.of(), restricted);
            this.asked = !restricted.isEmpty();
        }

        /** MD5 and SHA-1 of a file, where the bank knows such; else none. */
        List<FileDigest> digests(byte[] file) {
            return shelf.current().filter(Bank::knowsDigests).isEmpty() ? List.of() : FileDigest.all(file);
        }

        /** Whether hashes decide anything at all: without restricted labels none does. */
        boolean isAsked() {
            return asked;
        }

        /**
         * Completes an upload whose hashes, as far as they were made, are restricted; false where they are not. Where
         * labels are restricted and there is no policy or no bank to ask, it has to come again: what is not known to be
         * harmless goes nowhere.
         */
        boolean answers(UploadInFlight upload) {
            if (!asked) {
                return false;
            }
            Optional<PolicySnapshot> inForce = policies.current();
            if (inForce.isEmpty()) {
                upload.complete(new Outcome.TryLater(policies.status().message()));
                return true;
            }
            Optional<SnapshotHolder.Loan<Bank>> borrowed = shelf.borrow();
            if (borrowed.isEmpty()) {
                upload.complete(new Outcome.TryLater(shelf.status().message()));
                return true;
            }
            try (SnapshotHolder.Loan<Bank> loan = borrowed.get()) {
                HashMatch.Found found = HashMatch.Found.in(loan.value(), upload.hashes());
                upload.isKnownAs(found);
                Optional<ScoredImage> scored = decider.byRestrictedHash(
                        found, inForce.get(), upload.facts().orElseThrow().tenant());
                scored.ifPresent(decided -> upload.complete(
                        verdicts.restricted(upload, decided, loan.value().version())));
                return scored.isPresent();
            }
        }
    }

    /**
     * The parts that prepare an upload, in the order of their use. All of them serve many threads at once.
     *
     * @param promptSources of uploads that were not deferred yet
     * @param patientSources of deferred uploads
     * @param picturesAreKnown whether the bank knows hashes of pictures, so that uploads need theirs
     */
    public record PreparationSteps(
            EventDecoder<ImageUploaded> events,
            ImageSources promptSources,
            ImageSources patientSources,
            PictureReader reader,
            BooleanSupplier picturesAreKnown) {

        /**
         * Bounds of preparation.
         *
         * @param threads that read events and wait for the processes that decode
         * @param maxReadyBytes bytes of views that wait for the encoder
         * @param promptThreads that try to fetch before an upload is deferred
         * @param prompt time that such a try has
         * @param patientThreads that fetch for deferred uploads
         * @param patientPerHost of these for one host
         * @param patience time that such a fetch has
         * @param deferrableBytes of an event up to which it is deferred for its file's many views; 0 where none is
         */
        public record Limits(
                int threads,
                long maxReadyBytes,
                int promptThreads,
                Duration prompt,
                int patientThreads,
                int patientPerHost,
                Duration patience,
                int deferrableBytes) {}
    }
}
