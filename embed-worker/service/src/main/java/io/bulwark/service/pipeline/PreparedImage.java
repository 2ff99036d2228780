package io.bulwark.service.pipeline;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.telemetry.Timings.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image whose views wait for the encoder, and what it has answered so far. Its views may go to different encoders,
 * in any order; the one that answers the last goes on with it.
 */
final class PreparedImage {

    private final UploadInFlight upload;
    private final List<View> views;
    private final List<View> twinViews;
    private final long readyAtNanos;
    private final Activity lane;
    private final ViewAnswers answers; // guarded by this until whole
    private final ViewAnswers twinAnswers; // guarded by this until whole
    private boolean queued = true; // guarded by this

    /**
     * Begins to wait.
     *
     * @param views for the encoder
     * @param twinViews the same looks for the twin; the very same list where both make the same views
     */
    PreparedImage(UploadInFlight upload, List<View> views, List<View> twinViews, long readyAtNanos, Activity lane) {
        this.upload = upload;
        this.lane = lane;
        this.views = views;
        this.twinViews = twinViews;
        this.readyAtNanos = readyAtNanos;
        this.answers = new ViewAnswers(views.size());
        this.twinAnswers = new ViewAnswers(views.size());
    }

    UploadInFlight upload() {
        return upload;
    }

    /** The activity of its lane. */
    Activity lane() {
        return lane;
    }

    List<View> views() {
        return views;
    }

    List<View> twinViews() {
        return twinViews;
    }

    long readyAtNanos() {
        return readyAtNanos;
    }

    /** Bytes that its views hold. */
    long bytes() {
        long bytes = 0;
        for (int view = 0; view < views.size(); view++) {
            bytes += bytes(view);
        }
        return bytes;
    }

    /** Bytes that one view holds, for the encoder and for the twin. */
    long bytes(int view) {
        int own = views.get(view).pixels().length;
        return twinViews == views ? own : own + twinViews.get(view).pixels().length;
    }

    /** The first of its views is taken to the encoder; later ones do not count as waiting. */
    synchronized void leftQueue(long nowNanos) {
        if (queued) {
            queued = false;
            upload.timings().add(Step.QUEUE, (nowNanos - readyAtNanos) / 1_000);
        }
    }

    /**
     * Takes the answers for one of its views.
     *
     * @param twin that of the twin for the same batch; empty where it has none
     * @return whether it was the last that was missing
     */
    synchronized boolean embedded(int view, Embeddings batch, Optional<Embeddings> twin, int row) {
        twin.ifPresent(second -> twinAnswers.take(view, second, row));
        answers.take(view, batch, row);
        return answers.isWhole();
    }

    /** Takes the twin's answer for one view, of an image that is whole. */
    synchronized void twinSaw(int view, Embeddings batch, int row) {
        twinAnswers.take(view, batch, row);
    }

    /**
     * The image as one of the encoders saw it.
     *
     * @param answers of that encoder, whole
     */
    SeenImage seen(ViewAnswers answers) {
        List<SeenView> seen = new ArrayList<>(views.size());
        for (int view = 0; view < views.size(); view++) {
            seen.add(new SeenView(views.get(view).name(), answers.embedding(view), answers.headProbabilities(view)));
        }
        return new SeenImage(upload.facts().orElseThrow().tenant(), upload.hashes(), upload.found(), seen);
    }

    /** Whole once {@link #embedded} said so. */
    ViewAnswers answers() {
        return answers;
    }

    /** Those of the twin; not whole where it has not answered for every view. */
    ViewAnswers twinAnswers() {
        return twinAnswers;
    }

    /**
     * What one encoder has answered of an image's views so far. Guarded by its image until whole; from then on, any
     * thread.
     */
    static final class ViewAnswers {

        private final float[][] embeddings;
        private final float[][] headProbabilities;
        private int missing;

        ViewAnswers(int views) {
            this.embeddings = new float[views][];
            this.headProbabilities = new float[views][];
            this.missing = views;
        }

        /** Takes the answer for one view. */
        void take(int view, Embeddings batch, int row) {
            embeddings[view] = batch.embedding(row);
            headProbabilities[view] =
                    batch.headProbabilities().length == 0 ? new float[0] : batch.classProbabilities(row);
            missing--;
        }

        /** Whether every view has its answer. */
        boolean isWhole() {
            return missing == 0;
        }

        float[] embedding(int view) {
            return embeddings[view];
        }

        List<float[]> embeddings() {
            return List.of(embeddings);
        }

        /** The head's answer for a view; empty where the package has none. */
        float[] headProbabilities(int view) {
            return headProbabilities[view];
        }
    }
}
