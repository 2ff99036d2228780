package io.bulwark.service.pipeline;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.InferenceThread.ViewBuffer;
import io.bulwark.service.pipeline.ViewBatcher.Batch;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import io.bulwark.service.pipeline.ViewBatcher.Slot;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import io.bulwark.service.pipeline.Warmth.WarmPair;
import io.bulwark.service.telemetry.Timings.Step;
import io.bulwark.service.telemetry.Tracing.UploadSpan.SpanStep;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A thread with its own encoder: opens it, warms it up, then embeds batch after batch and judges the images that
 * they complete before the next batch. Where judging takes longer than a batch, since a search goes through the whole
 * bank, it judges some together while further batches are there, and none waits for that longer than views wait for a
 * fuller batch. If the device fails, the encoder is opened again once and the batch tried again; if that fails too, the
 * worker has failed. Where a twin runs, it sees each batch after the encoder.
 */
final class InferenceThread implements Runnable {

    /** Images that are judged together at most; with more, each search costs hardly less. */
    private static final int JUDGED_TOGETHER = 8;

    private final WarmEncoder.Factory encoders;
    private final Optional<TwinEncoder> twin; // of this thread alone
    private final NanoClock clock;
    private final ThreadWatch watch;
    private final WorkerMetrics metrics;
    private final CompletableFuture<WarmPair> warm = new CompletableFuture<>();
    private final CompletableFuture<Stage> stage = new CompletableFuture<>();
    private final List<PreparedImage> embedded = new ArrayList<>(); // of this thread alone
    private long embeddedAt; // that of the oldest of these
    private long embedNanos; // what the last batch took
    private long judgeNanos; // what the last judging took
    private WarmEncoder current; // of this thread alone
    private volatile boolean stopping;
    private volatile Throwable failure;

    InferenceThread(
            WarmEncoder.Factory encoders,
            Optional<WarmEncoder.Factory> twins,
            boolean twinIsNeeded,
            NanoClock clock,
            ThreadWatch watch,
            WorkerMetrics metrics) {
        this.encoders = encoders;
        this.twin = twins.map(factory -> new TwinEncoder(factory, clock, twinIsNeeded));
        this.clock = clock;
        this.watch = watch;
        this.metrics = metrics;
    }

    /** Done once the encoders are warm; exceptionally if one cannot be opened. */
    CompletableFuture<WarmPair> warm() {
        return warm;
    }

    /**
     * Where batches come from and go to; known only after the encoder has said what it is.
     *
     * @param linger so old may an embedded image become before it is judged, further batches or not
     * @param late the sizes by which the twin is asked about some of the images, after they were decided; empty where
     *     it sees each batch
     */
    void begin(ReadyQueue queue, Judge judge, Duration linger, Optional<BatchPlan> late) {
        stage.complete(new Stage(queue, judge, linger, late));
    }

    /** What stopped it before it was told to; empty while all is well. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    void stop() {
        stopping = true;
        stage.cancel(false);
    }

    @Override
    public void run() {
        try {
            // Not watched: linking a large model may take minutes, and the start-up probe is there for that.
            current = encoders.open();
            EncoderDescription description = current.encoder().description();
            WarmPair pair = new WarmPair(current, twin.map(second -> second.open(description)));
            ViewBuffer views = new ViewBuffer(
                    description.preprocess(),
                    Collections.max(current.viewsPerSecond().keySet()));
            warm.complete(pair);
            Stage work = stage.join();
            Optional<Consumer<List<PreparedImage>>> late =
                    twin.flatMap(second -> work.late().map(plan -> images -> second.answer(images, plan, views)));
            while (!stopping) {
                watch.begin();
                Optional<Batch> batch = embedded.isEmpty()
                        ? work.queue().take(ReadyQueue.pollNanos())
                        : work.queue().poll();
                boolean first = embedded.isEmpty();
                batch.ifPresent(taken -> embedded.addAll(embed(taken, views, late.isEmpty(), work.queue())));
                if (first) {
                    embeddedAt = clock.nanos();
                }
                if (!embedded.isEmpty() && (batch.isEmpty() || !mayWait(work.linger()))) {
                    judge(work, late);
                }
            }
        } catch (InterruptedException | java.util.concurrent.CancellationException stopped) {
            // Told to stop: uploads still queued are left to the next owner of their partitions.
            stopping = true;
        } catch (RuntimeException | Error broken) {
            failure = broken;
            warm.completeExceptionally(broken);
        } finally {
            watch.rest();
            twin.ifPresent(TwinEncoder::close);
            if (current != null) {
                current.encoder().close();
            }
        }
    }

    /** Whether images that were embedded wait for the images of the next batch. */
    private boolean mayWait(Duration linger) {
        boolean old = clock.nanos() - embeddedAt >= linger.toNanos();
        return judgeNanos > embedNanos && embedded.size() < JUDGED_TOGETHER && !old;
    }

    private void judge(Stage work, Optional<Consumer<List<PreparedImage>>> late) {
        long start = clock.nanos();
        work.judge().decide(embedded, late);
        judgeNanos = clock.nanos() - start;
        embedded.forEach(work.queue()::imageIsDone);
        embedded.clear();
    }

    private List<PreparedImage> embed(Batch batch, ViewBuffer views, boolean twinSees, ReadyQueue queue) {
        long start = clock.nanos();
        batch.slots().forEach(slot -> slot.image().leftQueue(start));
        ByteBuffer pixels = views.of(batch, PreparedImage::views);
        Embeddings answer;
        try {
            answer = current.encoder().embed(pixels, batch.size());
        } catch (EncoderException deviceFailure) {
            WorkerLog.encoderFailed(deviceFailure);
            current.encoder().close();
            current = encoders.open();
            answer = current.encoder().embed(pixels, batch.size());
        }
        metrics.batch(batch.slots().size());
        long twinStart = clock.nanos();
        Optional<Embeddings> second =
                twinSees ? twin.flatMap(audited -> audited.embed(batch, pixels)) : Optional.empty();
        addTo(batch, Step.EMBED, SpanStep.EMBED, start, twinStart);
        second.ifPresent(answered -> addTo(batch, Step.TWIN, SpanStep.TWIN, twinStart, clock.nanos()));
        embedNanos = clock.nanos() - start;
        return distribute(batch, answer, second, queue);
    }

    private static void addTo(Batch batch, Step step, SpanStep span, long start, long end) {
        PreparedImage last = null;
        for (Slot slot : batch.slots()) {
            if (slot.image() != last) {
                slot.image().upload().timings().add(step, (end - start) / 1_000);
                slot.image().upload().span().step(span, start, end);
                last = slot.image();
            }
        }
    }

    /** Gives each view its answers; returns the images that now have all of theirs and are still waited for. */
    private static List<PreparedImage> distribute(
            Batch batch, Embeddings answer, Optional<Embeddings> twin, ReadyQueue queue) {
        List<PreparedImage> complete = new ArrayList<>();
        for (int row = 0; row < batch.slots().size(); row++) {
            Slot slot = batch.slots().get(row);
            boolean whole = slot.image().embedded(slot.view(), answer, twin, row);
            if (whole && slot.image().upload().isDone()) {
                queue.imageIsDone(slot.image());
            } else if (whole) {
                complete.add(slot.image());
            }
        }
        return complete;
    }

    private record Stage(ReadyQueue queue, Judge judge, Duration linger, Optional<BatchPlan> late) {}

    /** The pixels of one batch, outside the heap, filled again for each. Of one inference thread. */
    static final class ViewBuffer {

        private final ByteBuffer pixels;

        /** @param largest views that it has room for */
        ViewBuffer(PreprocessSpec spec, int largest) {
            this.pixels = ByteBuffer.allocateDirect(largest * spec.height() * spec.width() * 3);
        }

        /**
         * Fills it; a batch that no warm size fits is filled up with its last view, whose further answers are ignored.
         */
        ByteBuffer of(Batch batch, Function<PreparedImage, List<View>> views) {
            pixels.clear();
            for (int i = 0; i < batch.size(); i++) {
                ViewBatcher.Slot slot =
                        batch.slots().get(Math.min(i, batch.slots().size() - 1));
                pixels.put(views.apply(slot.image()).get(slot.view()).pixels());
            }
            return pixels.flip();
        }
    }

    /**
     * The twin beside an inference thread's encoder. It must open at start; from then on its failures cost audits,
     * never verdicts: it is opened again after a pause, and gives no answer until then. Where nothing is SAFE without
     * it, it fails as the encoder does. Of one thread.
     */
    static final class TwinEncoder implements AutoCloseable {

        static final Duration PAUSE = Duration.ofMinutes(1);

        private final WarmEncoder.Factory encoders;
        private final NanoClock clock;
        private final boolean needed;
        private Optional<WarmEncoder> current = Optional.empty();
        private Optional<ViewBuffer> ownViews = Optional.empty();
        private long retryAt;

        /**
         * @param needed whether nothing is SAFE without it: it is opened again at once, and a second failure is thrown
         */
        TwinEncoder(WarmEncoder.Factory encoders, NanoClock clock, boolean needed) {
            this.encoders = encoders;
            this.clock = clock;
            this.needed = needed;
        }

        /**
         * Opens it.
         *
         * @param beside the encoder that decides
         * @throws IllegalStateException if it is the same model, which could never disagree
         */
        WarmEncoder open(EncoderDescription beside) {
            WarmEncoder opened = encoders.open();
            current = Optional.of(opened);
            EncoderDescription twin = opened.encoder().description();
            if (twin.fingerprint().equals(beside.fingerprint())) {
                throw new IllegalStateException("The twin (bulwark.twin.model) is the model that decides, fingerprint "
                        + twin.fingerprint() + ": name another model, for a robust encoder its clean parent");
            }
            if (!twin.preprocess().makesTheSameViewsAs(beside.preprocess())) {
                ownViews = Optional.of(new ViewBuffer(
                        twin.preprocess(),
                        Collections.max(opened.viewsPerSecond().keySet())));
            }
            return opened;
        }

        /**
         * The twin's answer for a batch; empty while it cannot answer.
         *
         * @param shared the views of the encoder that decides, which are the twin's too where both look alike
         */
        Optional<Embeddings> embed(Batch batch, ByteBuffer shared) {
            if (current.isEmpty() && clock.nanos() - retryAt < 0) {
                return Optional.empty();
            }
            try {
                if (current.isEmpty()) {
                    current = Optional.of(encoders.open());
                }
                return Optional.of(seen(batch, shared));
            } catch (RuntimeException failure) {
                WorkerLog.twinFailed(failure);
                drop();
                if (needed) {
                    current = Optional.of(encoders.open());
                    return Optional.of(seen(batch, shared));
                }
                retryAt = clock.nanos() + PAUSE.toNanos();
                return Optional.empty();
            }
        }

        private Embeddings seen(Batch batch, ByteBuffer shared) {
            ByteBuffer pixels =
                    ownViews.map(own -> own.of(batch, PreparedImage::twinViews)).orElse(shared);
            return current.orElseThrow().encoder().embed(pixels, batch.size());
        }

        /**
         * Gives images the answers for all their views, after they were decided; images without an answer stay without.
         *
         * @param plan of warm sizes
         * @param shared room for the views of a batch, in the input of the encoder that decides
         */
        void answer(List<PreparedImage> images, BatchPlan plan, ViewBuffer shared) {
            List<Slot> slots = images.stream()
                    .flatMap(image -> IntStream.range(0, image.views().size()).mapToObj(view -> new Slot(image, view)))
                    .toList();
            long start = clock.nanos();
            for (int from = 0; from < slots.size(); ) {
                int size = plan.sizeFor(slots.size() - from);
                List<Slot> some = slots.subList(from, Math.min(slots.size(), from + size));
                Batch batch = new Batch(some, size);
                Optional<Embeddings> answers = embed(batch, shared.of(batch, PreparedImage::views));
                for (int row = 0; row < some.size() && answers.isPresent(); row++) {
                    some.get(row).image().twinSaw(some.get(row).view(), answers.get(), row);
                }
                from += some.size();
            }
            if (!images.isEmpty()) {
                long micros = clock.microsSince(start) / images.size();
                images.forEach(image -> image.upload().timings().add(Step.TWIN, micros));
            }
        }

        private void drop() {
            try {
                close();
            } catch (RuntimeException failure) {
                WorkerLog.closeFailed("The twin", failure);
            }
        }

        @Override
        public void close() {
            Optional<WarmEncoder> open = current;
            current = Optional.empty();
            open.ifPresent(warm -> warm.encoder().close());
        }
    }
}
