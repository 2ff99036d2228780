package io.bulwark.perception.encoder;

import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A package's classifier apart from its encoder: dense layers with ReLU between them, on an embedding that is not
 * normalised. So the head of one encoder can be asked about the embeddings of another, which is how much of the first is
 * left in a tuned one. Immutable; any thread.
 *
 * <p>Plain arithmetic: the layers are small beside any encoder, and attacks need the slope by the embedding.
 */
public final class DenseHead {

    private final List<Layer> layers;

    private DenseHead(List<Layer> layers) {
        this.layers = layers;
    }

    /**
     * One layer.
     *
     * @param weight {@code [out, in]} row-major
     * @param bias {@code [out]}
     */
    private record Layer(int in, int out, float[] weight, float[] bias) {

        double[] forward(double[] input) {
            double[] output = new double[out];
            for (int row = 0; row < out; row++) {
                double sum = bias[row];
                for (int i = 0, at = row * in; i < in; i++, at++) {
                    sum += weight[at] * input[i];
                }
                output[row] = sum;
            }
            return output;
        }

        double[] pullBack(double[] byOutput) {
            double[] byInput = new double[in];
            for (int row = 0; row < out; row++) {
                for (int i = 0, at = row * in; i < in; i++, at++) {
                    byInput[i] += weight[at] * byOutput[row];
                }
            }
            return byInput;
        }
    }

    /**
     * Copies a package's head.
     *
     * @throws ModelPackageException if it has none, or one that is not made of dense layers
     */
    public static DenseHead of(TrainableEncoder encoder) {
        float[] weights = encoder.weights();
        List<TensorPlace> places =
                encoder.tensors().stream().filter(TensorPlace::head).toList();
        List<Layer> layers = new ArrayList<>();
        int width = encoder.description().dimension();
        for (int i = 0; i + 1 < places.size(); i += 2) {
            TensorPlace weight = places.get(i);
            int out = places.get(i + 1).length();
            if (!weight.shape().equals(List.of((long) out, (long) width))) {
                throw new ModelPackageException(
                        "the head of '%s' is not made of dense layers: %s is %s, wanted [%d, %d]"
                                .formatted(encoder.description().name(), weight.name(), weight.shape(), out, width));
            }
            layers.add(new Layer(width, out, slice(weights, weight), slice(weights, places.get(i + 1))));
            width = out;
        }
        if (layers.isEmpty()) {
            throw new ModelPackageException("the model '%s' has no classifier head"
                    .formatted(encoder.description().name()));
        }
        return new DenseHead(List.copyOf(layers));
    }

    private static float[] slice(float[] weights, TensorPlace place) {
        return Arrays.copyOfRange(weights, place.offset(), place.offset() + place.length());
    }

    /** Length of the embeddings that it takes. */
    public int dimension() {
        return layers.get(0).in();
    }

    /** Number of its classes. */
    public int classes() {
        return layers.get(layers.size() - 1).out();
    }

    /**
     * Classifies.
     *
     * @param embedding {@code [D]}, not normalised
     */
    public Answer answer(float[] embedding) {
        double[] values = new double[embedding.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = embedding[i];
        }
        List<double[]> outputs = new ArrayList<>();
        for (Layer layer : layers) {
            values = layer.forward(outputs.isEmpty() ? values : rectified(values));
            outputs.add(values);
        }
        return new Answer(this, outputs);
    }

    private static double[] rectified(double[] values) {
        return Arrays.stream(values).map(value -> Math.max(0, value)).toArray();
    }

    /** What was answered to one embedding. */
    public static final class Answer {

        private final DenseHead head;
        private final List<double[]> outputs;

        private Answer(DenseHead head, List<double[]> outputs) {
            this.head = head;
            this.outputs = outputs;
        }

        /** {@code [C]}, a copy. */
        public double[] logits() {
            return outputs.get(outputs.size() - 1).clone();
        }

        /** The class of the greatest logit; the first of equals. */
        public int top() {
            double[] logits = outputs.get(outputs.size() - 1);
            int top = 0;
            for (int c = 1; c < logits.length; c++) {
                top = logits[c] > logits[top] ? c : top;
            }
            return top;
        }

        /**
         * Turns a derivative by the logits into one by the embedding.
         *
         * @param byLogit {@code [C]}
         * @param slope {@code [D]}, written
         */
        public void pullBack(double[] byLogit, float[] slope) {
            double[] by = byLogit;
            for (int i = head.layers.size() - 1; i >= 0; i--) {
                by = head.layers.get(i).pullBack(by);
                if (i > 0) {
                    double[] before = outputs.get(i - 1);
                    for (int j = 0; j < by.length; j++) {
                        by[j] = before[j] > 0 ? by[j] : 0;
                    }
                }
            }
            for (int i = 0; i < slope.length; i++) {
                slope[i] = (float) by[i];
            }
        }
    }
}
