package io.bulwark.perception.torch;

import io.bulwark.perception.encoder.MetricHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A batch of embeddings, what the head makes of them where there is one, and the way back. One thread. */
final class MetricHeadBatch {

    private final Optional<MetricHead> head;
    private final List<MetricHead.Pass> passes = new ArrayList<>();
    private final float[] outputs;

    /** @param embeddings {@code [count, D]}; not copied */
    MetricHeadBatch(Optional<MetricHead> head, float[] embeddings, int count) {
        this.head = head;
        if (head.isEmpty()) {
            this.outputs = embeddings;
            return;
        }
        this.outputs = new float[embeddings.length];
        int dimension = embeddings.length / count;
        for (int row = 0; row < count; row++) {
            MetricHead.Pass pass =
                    head.get().forward(Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension));
            passes.add(pass);
            System.arraycopy(pass.output(), 0, outputs, row * dimension, dimension);
        }
    }

    /** {@code [count, D]}: the embeddings themselves where there is no head. */
    float[] outputs() {
        return outputs;
    }

    /**
     * @param slope by the outputs, {@code [count, D]} or {@code [D]} for every row the same
     * @return by the embeddings
     */
    float[] pullBack(float[] slope) {
        if (head.isEmpty()) {
            return slope;
        }
        int dimension = outputs.length / passes.size();
        float[] byEmbeddings = new float[outputs.length];
        for (int row = 0; row < passes.size(); row++) {
            int from = row * dimension % slope.length;
            float[] one = Arrays.copyOfRange(slope, from, from + dimension);
            System.arraycopy(
                    head.get().pullBack(passes.get(row), one, null), 0, byEmbeddings, row * dimension, dimension);
        }
        return byEmbeddings;
    }
}
