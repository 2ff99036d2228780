package io.bulwark.lab.train.triplet;

import io.bulwark.lab.train.Seeds;
import io.bulwark.perception.encoder.TensorPlace;
import java.util.ArrayList;
import java.util.List;
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
}
