package io.bulwark.service.pipeline;

import io.bulwark.perception.model.Embeddings;
import io.bulwark.perception.preprocess.View;
import io.bulwark.service.telemetry.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * An image whose views wait for the encoder, and what it has answered so far. Made by a preparation thread, then owned
 * by the inference thread.
 */
final class PreparedImage {

    private final UploadWork work;
    private final List<View> views;
    private final long readyAtNanos;
    private final List<float[]> embeddings;
    private final List<float[]> headProbabilities;
    private boolean queued = true;

    PreparedImage(UploadWork work, List<View> views, long readyAtNanos) {
        this.work = work;
        this.views = views;
        this.readyAtNanos = readyAtNanos;
        this.embeddings = new ArrayList<>(views.size());
        this.headProbabilities = new ArrayList<>(views.size());
    }

    UploadWork work() {
        return work;
    }

    List<View> views() {
        return views;
    }

    long readyAtNanos() {
        return readyAtNanos;
    }

    /** Bytes that its views hold. */
    long bytes() {
        return views.stream().mapToLong(view -> view.pixels().length).sum();
    }

    /** The first of its views is taken to the encoder; later ones do not count as waiting. */
    void leftQueue(long nowNanos) {
        if (queued) {
            queued = false;
            work.timings().add(Step.QUEUE, (nowNanos - readyAtNanos) / 1_000);
        }
    }

    /** Takes the answer for its next view. Views are embedded in order. */
    void embedded(Embeddings batch, int row) {
        embeddings.add(batch.embedding(row));
        headProbabilities.add(batch.headProbabilities().length == 0 ? new float[0] : batch.classProbabilities(row));
    }

    boolean isComplete() {
        return embeddings.size() == views.size();
    }

    float[] embedding(int view) {
        return embeddings.get(view);
    }

    float[] headProbabilities(int view) {
        return headProbabilities.get(view);
    }
}
