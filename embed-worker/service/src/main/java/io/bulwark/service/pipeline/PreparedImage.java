package io.bulwark.service.pipeline;

import io.bulwark.perception.model.Embeddings;
import io.bulwark.perception.preprocess.View;
import io.bulwark.service.telemetry.Step;
import java.util.List;

/**
 * An image whose views wait for the encoder, and what it has answered so far. Its views may go to different encoders, in
 * any order; the one that answers the last goes on with it.
 */
final class PreparedImage {

    private final UploadWork work;
    private final List<View> views;
    private final long readyAtNanos;
    private final float[][] embeddings;
    private final float[][] headProbabilities;
    private int missing; // guarded by this
    private boolean queued = true; // guarded by this

    PreparedImage(UploadWork work, List<View> views, long readyAtNanos) {
        this.work = work;
        this.views = views;
        this.readyAtNanos = readyAtNanos;
        this.embeddings = new float[views.size()][];
        this.headProbabilities = new float[views.size()][];
        this.missing = views.size();
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
    synchronized void leftQueue(long nowNanos) {
        if (queued) {
            queued = false;
            work.timings().add(Step.QUEUE, (nowNanos - readyAtNanos) / 1_000);
        }
    }

    /** Takes the answer for one of its views; true if it was the last that was missing. */
    synchronized boolean embedded(int view, Embeddings batch, int row) {
        embeddings[view] = batch.embedding(row);
        headProbabilities[view] = batch.headProbabilities().length == 0 ? new float[0] : batch.classProbabilities(row);
        return --missing == 0;
    }

    float[] embedding(int view) {
        return embeddings[view];
    }

    float[] headProbabilities(int view) {
        return headProbabilities[view];
    }
}
