package io.bulwark.service.pipeline;

import io.bulwark.perception.model.Embeddings;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.model.EncoderException;
import io.bulwark.perception.preprocess.PreprocessSpec;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.ViewBatcher.Batch;
import io.bulwark.service.pipeline.ViewBatcher.Slot;
import io.bulwark.service.telemetry.Step;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A thread with an encoder of its own: opens it, warms it up, then embeds batch after batch and judges the images that
 * each completes. If the device fails, the encoder is opened anew once and the batch tried again; if that
 * fails too, the worker has failed.
 */
final class InferenceThread implements Runnable {

    private final EncoderFactory encoders;
    private final NanoClock clock;
    private final ThreadWatch watch;
    private final WorkerMetrics metrics;
    private final CompletableFuture<WarmEncoder> warm = new CompletableFuture<>();
    private final CompletableFuture<Stage> stage = new CompletableFuture<>();
    private WarmEncoder current; // of this thread alone
    private volatile boolean stopping;
    private volatile Throwable failure;

    InferenceThread(EncoderFactory encoders, NanoClock clock, ThreadWatch watch, WorkerMetrics metrics) {
        this.encoders = encoders;
        this.clock = clock;
        this.watch = watch;
        this.metrics = metrics;
    }

    /** Done once the encoder is warm; exceptionally if it cannot be opened. */
    CompletableFuture<WarmEncoder> warm() {
        return warm;
    }

    /** Where batches come from and go to; known only after the encoder has said what it is. */
    void begin(ReadyQueue queue, Judge judge) {
        stage.complete(new Stage(queue, judge));
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
            warm.complete(current);
            Stage work = stage.join();
            ByteBuffer pixels = buffer(current);
            while (!stopping) {
                watch.begin();
                Optional<Batch> batch = work.queue().take(ReadyQueue.pollNanos());
                if (batch.isPresent()) {
                    embed(batch.get(), pixels, work.judge());
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
            if (current != null) {
                current.encoder().close();
            }
        }
    }

    private void embed(Batch batch, ByteBuffer pixels, Judge judge) {
        long start = clock.nanos();
        fill(pixels, batch, start);
        Embeddings answer;
        try {
            answer = current.encoder().embed(pixels, batch.size());
        } catch (EncoderException deviceFailure) {
            WorkerLog.encoderFailed(deviceFailure);
            current.encoder().close();
            current = encoders.open();
            answer = current.encoder().embed(pixels, batch.size());
        }
        long micros = clock.microsSince(start);
        metrics.batch(batch.slots().size());
        judge.decide(distribute(batch, answer, micros));
    }

    private static void fill(ByteBuffer pixels, Batch batch, long now) {
        pixels.clear();
        for (int i = 0; i < batch.size(); i++) {
            // A batch that no warm size fits is filled up with its last view, whose further answers nobody reads.
            Slot slot = batch.slots().get(Math.min(i, batch.slots().size() - 1));
            slot.image().leftQueue(now);
            pixels.put(slot.image().views().get(slot.view()).pixels());
        }
        pixels.flip();
    }

    /** Gives each view its answer; returns the images that now have all of theirs and are still waited for. */
    private static List<PreparedImage> distribute(Batch batch, Embeddings answer, long micros) {
        List<PreparedImage> complete = new ArrayList<>();
        PreparedImage last = null;
        for (int row = 0; row < batch.slots().size(); row++) {
            PreparedImage image = batch.slots().get(row).image();
            if (image != last) {
                image.work().timings().add(Step.EMBED, micros);
                last = image;
            }
            boolean whole = image.embedded(batch.slots().get(row).view(), answer, row);
            if (whole && !image.work().flight().isDone()) {
                complete.add(image);
            }
        }
        return complete;
    }

    private static ByteBuffer buffer(WarmEncoder warm) {
        EncoderDescription description = warm.encoder().description();
        PreprocessSpec spec = description.preprocess();
        int largest = warm.viewsPerSecond().keySet().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElseThrow();
        return ByteBuffer.allocateDirect(largest * spec.height() * spec.width() * 3);
    }

    private record Stage(ReadyQueue queue, Judge judge) {}
}
