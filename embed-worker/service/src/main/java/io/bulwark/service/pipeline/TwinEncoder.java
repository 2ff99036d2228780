package io.bulwark.service.pipeline;

import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.pipeline.InferenceThread.ViewBuffer;
import io.bulwark.service.pipeline.ViewBatcher.Batch;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import io.bulwark.service.pipeline.ViewBatcher.Slot;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import io.bulwark.service.telemetry.Timings.Step;
import io.bulwark.service.telemetry.WorkerLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The twin beside an inference thread's encoder. It must open at start; from then on its failures cost audits, never
 * verdicts: it is opened again after a pause, and gives no answer until then. Where nothing is SAFE without it, it fails as
 * the encoder does. Of one thread.
 */
final class TwinEncoder implements AutoCloseable {

    static final Duration PAUSE = Duration.ofMinutes(1);

    private final WarmEncoder.Factory encoders;
    private final NanoClock clock;
    private final boolean needed;
    private Optional<WarmEncoder> current = Optional.empty();
    private Optional<ViewBuffer> ownViews = Optional.empty();
    private long retryAt;

    /** @param needed whether nothing is SAFE without it: it is opened again at once, and a second failure is thrown */
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
                    twin.preprocess(), Collections.max(opened.viewsPerSecond().keySet())));
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
