package io.bulwark.perception.train;

import io.bulwark.perception.model.MetricHead;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Teaches a metric head what people find more alike: embeddings of triplets are computed once, and the head alone moves.
 * The loss is DreamSim's, a hinge of margin 0.05 on the difference of cosine distances (Fu et al., NeurIPS 2023, section
 * 4.2).
 *
 * @param hidden width of the head's layer between
 * @param batch triplets a step
 * @param margin by which the side that people chose shall be nearer
 * @param descent how the weights move, and for how many steps
 * @param seed of the head's first weights and the order of triplets
 */
public record HeadTraining(int hidden, int batch, double margin, Recipe.Descent descent, long seed) {

    public HeadTraining {
        if (hidden < 1 || batch < 1 || !(margin >= 0)) {
            throw new IllegalArgumentException(
                    "hidden %d, batch %d, margin %s; allowed are 1 and more, 1 and more, 0 and more"
                            .formatted(hidden, batch, margin));
        }
    }

    /**
     * A triplet as the encoder sees it.
     *
     * @param reference {@code [D]}
     * @param chosen the alternative that people chose
     * @param other the other one
     */
    public record Sample(float[] reference, float[] chosen, float[] other) {}

    /**
     * How it goes.
     *
     * @param step taken
     * @param loss mean since the last report
     * @param agreement share of triplets, as they came, that the head decided as people
     */
    public record Report(int step, double loss, double agreement) {}

    /**
     * Trains.
     *
     * @param samples at least one
     * @param watch told every so many steps
     */
    public MetricHead run(Sample[] samples, int reportEvery, Consumer<Report> watch) {
        int dimension = samples[0].reference().length;
        MetricHead head = MetricHead.fresh(dimension, hidden, seed);
        TrainingState state = TrainingState.of(head.weights());
        WeightUpdate update = new WeightUpdate(descent, descent.schedule(), new TrainedRange(head.parts()), state);
        Shuffle order = new Shuffle(samples.length, seed);
        double loss = 0;
        int right = 0;
        int since = 0;
        for (int step = 0; step < descent.steps(); step++) {
            float[] gradient = new float[head.weights().length];
            for (int i = 0; i < batch; i++) {
                TripletHinge hinge = TripletHinge.of(head, samples[order.at((long) step * batch + i)], margin);
                loss += hinge.loss();
                right += hinge.isRight() ? 1 : 0;
                hinge.addGradient(head, gradient, 1f / batch);
            }
            since += batch;
            update.clip(gradient);
            update.apply(gradient);
            if ((step + 1) % reportEvery == 0 || step + 1 == descent.steps()) {
                watch.accept(new Report(step + 1, loss / since, (double) right / since));
                loss = 0;
                right = 0;
                since = 0;
            }
        }
        return head;
    }

    /** What it is, line by line, for provenance. */
    public Map<String, String> describe() {
        Map<String, String> lines = new TreeMap<>();
        lines.put("head", "MLP of %d hidden units on unit embeddings".formatted(hidden));
        lines.put("loss", "hinge, margin %s on the difference of cosine distances".formatted(margin));
        lines.put("batch", Integer.toString(batch));
        lines.put("descent", descent.describe());
        lines.put("seed", Long.toString(seed));
        return lines;
    }
}
