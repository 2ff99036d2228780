package io.bulwark.service.pipeline;

import io.bulwark.perception.encoder.Embeddings;
import java.util.List;

/** What one encoder has answered of an image's views so far. Guarded by its image until whole; from then on, any thread. */
final class ViewAnswers {

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
        headProbabilities[view] = batch.headProbabilities().length == 0 ? new float[0] : batch.classProbabilities(row);
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
