package io.bulwark.lab.train;

import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.family.Family.Initial;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * All adapters of an encoder, their factors one row of numbers.
 *
 * @param lora what they are like
 * @param adapters one for each adapted matrix, their factors one behind the other
 */
record Adapters(Lora lora, List<Adapter> adapters) {

    /**
     * On the matrices that are asked for. A classifier behind the embedding is never among them.
     *
     * @param tensors of the encoder
     * @throws IllegalArgumentException if none of them is asked for
     */
    static Adapters on(List<TensorPlace> tensors, Lora lora) {
        List<TensorPlace> matrices = tensors.stream()
                .filter(tensor -> !tensor.head() && Adapter.fits(tensor))
                .toList();
        List<Adapter> adapters = new ArrayList<>();
        int length = 0;
        for (TensorPlace tensor : matrices) {
            if (isAsked(tensor, lora)) {
                Adapter adapter = Adapter.on(tensor, lora.rank(), length);
                adapters.add(adapter);
                length = Math.addExact(length, adapter.length());
            }
        }
        if (adapters.isEmpty()) {
            throw new IllegalArgumentException("no matrix of the encoder bears one of the names %s; its matrices are %s"
                    .formatted(
                            lora.layers(),
                            matrices.stream().map(TensorPlace::name).toList()));
        }
        return new Adapters(lora, List.copyOf(adapters));
    }

    private static boolean isAsked(TensorPlace tensor, Lora lora) {
        return lora.layers().isEmpty()
                ? tensor.adapted()
                : lora.layers().stream().anyMatch(tensor.name()::contains);
    }

    /** Where each factor lies in their row. */
    List<TensorPlace> places() {
        return adapters.stream()
                .flatMap(adapter -> Stream.of(adapter.a(), adapter.b()))
                .toList();
    }

    /** How many numbers are learnt. */
    int length() {
        return adapters.stream().mapToInt(Adapter::length).sum();
    }

    /** Factors that change nothing yet. */
    float[] fresh(long seed) {
        float[] factors = new float[length()];
        for (int i = 0; i < adapters.size(); i++) {
            adapters.get(i).draw(factors, Seeds.random(seed, Seeds.ADAPTER, i, 0));
        }
        return factors;
    }

    /**
     * Writes the adapted matrices, and nothing else.
     *
     * @param frozen the encoder's weights without adapters
     * @param merged the encoder's weights with them
     */
    void merge(float[] factors, float[] frozen, float[] merged) {
        adapters.forEach(adapter -> adapter.merge(factors, lora.scale(), frozen, merged));
    }

    /**
     * From slopes by the encoder's weights, as they are with these factors, to those by the factors.
     *
     * @return a new row
     */
    float[] pullBack(float[] factors, float[] byWeights) {
        float[] byFactors = new float[factors.length];
        adapters.forEach(adapter -> adapter.pullBack(factors, lora.scale(), byWeights, byFactors));
        return byFactors;
    }

    /** What they are, in a line for provenance. */
    String describe() {
        return "LoRA of rank %d, alpha %s, on %d matrices: %s"
                .formatted(
                        lora.rank(),
                        lora.alpha(),
                        adapters.size(),
                        lora.layers().isEmpty() ? "the family's own choice" : String.join(", ", lora.layers()));
    }

    /**
     * The low-rank adapter of one matrix: {@code W = W0 + scale * B A}. By the chain rule the slopes by B and A are
     * {@code scale * dW Aᵀ} and {@code scale * Bᵀ dW} of the slope dW by W, so that a program which knows of no adapter
     * gives their exact gradients.
     *
     * @param tensor W {@code [out, in]} and its place in the row of the encoder's weights
     * @param a A {@code [r, in]} and its place in the row of factors
     * @param b B {@code [out, r]} and its place there
     */
    record Adapter(TensorPlace tensor, TensorPlace a, TensorPlace b) {

        /** @param offset of its first number in the row of factors */
        static Adapter on(TensorPlace tensor, int rank, int offset) {
            long out = tensor.shape().get(0);
            long in = tensor.shape().get(1);
            TensorPlace a = new TensorPlace(tensor.name() + ".lora_A", List.of((long) rank, in), offset, false);
            TensorPlace b =
                    new TensorPlace(tensor.name() + ".lora_B", List.of(out, (long) rank), offset + a.length(), false);
            return new Adapter(tensor, a, b);
        }

        /** Whether a tensor is the matrix of a linear layer, or of a convolution that looks at one pixel. */
        static boolean fits(TensorPlace tensor) {
            List<Long> shape = tensor.shape();
            boolean onePixel = shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1;
            return shape.size() == 2 || onePixel;
        }

        int length() {
            return a.length() + b.length();
        }

        private int rank() {
            return Math.toIntExact(a.shape().get(0));
        }

        private int in() {
            return Math.toIntExact(a.shape().get(1));
        }

        /** A as PyTorch draws a linear layer, B zero: the adapter changes nothing yet. */
        void draw(float[] factors, SplittableRandom random) {
            float[] drawn = new float[a.length()];
            Initial.layer(in()).fill(drawn, random);
            System.arraycopy(drawn, 0, factors, a.offset(), drawn.length);
        }

        /**
         * Writes W.
         *
         * @param frozen row of weights that holds W0
         * @param merged row of weights that W is written into
         */
        void merge(float[] factors, float scale, float[] frozen, float[] merged) {
            System.arraycopy(frozen, tensor.offset(), merged, tensor.offset(), tensor.length());
            forEachCell((row, k, cell) -> add(merged, row, scale * factors[cell], factors, k, in()));
        }

        /**
         * From the slope by W to those by A and B.
         *
         * @param byWeights row of slopes by the encoder's weights
         * @param byFactors row of slopes by the factors; added to
         */
        void pullBack(float[] factors, float scale, float[] byWeights, float[] byFactors) {
            forEachCell((row, k, cell) -> {
                add(byFactors, k, scale * factors[cell], byWeights, row, in());
                byFactors[cell] += scale * dot(byWeights, row, factors, k, in());
            });
        }

        /** A number of B. */
        @FunctionalInterface
        private interface Cell {

            /**
             * @param row where the row of W that it adds to begins
             * @param k where the row of A that it multiplies begins
             * @param cell where it lies itself
             */
            void accept(int row, int k, int cell);
        }

        private void forEachCell(Cell each) {
            int in = in();
            int rank = rank();
            for (int i = 0; i < b.length(); i++) {
                each.accept(tensor.offset() + i / rank * in, a.offset() + i % rank * in, b.offset() + i);
            }
        }

        private static void add(float[] into, int at, float factor, float[] row, int from, int length) {
            for (int i = 0; i < length; i++) {
                into[at + i] += factor * row[from + i];
            }
        }

        /** Four sums side by side: one after the other, each addition would wait for the one before. */
        private static float dot(float[] row, int from, float[] other, int at, int length) {
            float sum0 = 0;
            float sum1 = 0;
            float sum2 = 0;
            float sum3 = 0;
            int i = 0;
            for (; i + 3 < length; i += 4) {
                sum0 += row[from + i] * other[at + i];
                sum1 += row[from + i + 1] * other[at + i + 1];
                sum2 += row[from + i + 2] * other[at + i + 2];
                sum3 += row[from + i + 3] * other[at + i + 3];
            }
            for (; i < length; i++) {
                sum0 += row[from + i] * other[at + i];
            }
            return sum0 + sum1 + (sum2 + sum3);
        }
    }

    /**
     * Low-rank adapters (Hu et al., "LoRA", ICLR 2022): a matrix W becomes {@code W + alpha / rank * B A}, and A and B
     * alone are learnt.
     *
     * @param rank r of A {@code [r, in]} and B {@code [out, r]}
     * @param alpha numerator of the scale
     * @param layers parts of names: the matrices that bear one of them are adapted. Empty for the family's own choice
     */
    record Lora(int rank, double alpha, List<String> layers) {

        /** Rank of DreamSim and R-CLIP. */
        static final int PUBLISHED_RANK = 16;

        /** Alpha of DreamSim and R-CLIP: their code's, with which a product counts a thirty-second. */
        static final double PUBLISHED_ALPHA = 0.5;

        public Lora {
            layers = List.copyOf(layers);
            if (rank < 1 || !(alpha > 0) || Double.isInfinite(alpha)) {
                throw new IllegalArgumentException(
                        "rank %d, alpha %s; allowed are 1 and more, above 0".formatted(rank, alpha));
            }
        }

        /** What the product of B and A is multiplied by. */
        float scale() {
            return (float) (alpha / rank);
        }
    }
}
