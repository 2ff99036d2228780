package io.bulwark.perception.model.keras;

import io.bulwark.perception.model.keras.Operation.Convolution;
import io.bulwark.perception.model.keras.Operation.Dense;
import io.bulwark.perception.model.keras.Operation.Normalisation;
import io.bulwark.perception.model.keras.Operation.Nothing;
import io.bulwark.perception.model.keras.Operation.Pixels;
import io.bulwark.perception.model.keras.Operation.Relu;
import io.bulwark.perception.model.keras.Operation.Softmax;
import io.bulwark.perception.model.keras.Window.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Layers from pixels to class probabilities, each behind its inputs. Immutable. */
public final class LayerNetwork {

    /** Layers that a network may have; an activation within a layer counts as one. */
    public static final int LARGEST = 4000;

    private final List<Step> steps;
    private final int embedding;

    private LayerNetwork(List<Step> steps) {
        this.steps = List.copyOf(steps);
        embedding = embedding(steps);
    }

    /** Layers put one behind the other. One thread. */
    public static final class Builder {

        private final List<Step> steps = new ArrayList<>();
        private final Map<String, Integer> places = new HashMap<>();

        /** Whether a layer of that name is there. */
        public boolean knows(String layer) {
            return places.containsKey(layer);
        }

        /**
         * Adds a layer. A second one of a name, such as the activation within a convolution, gets what the first one
         * answers and stands for it from then on.
         *
         * @param inputs names of layers that are there already
         * @throws IllegalArgumentException if the name cannot be an attribute of a program, or the layer does not fit
         */
        public Builder add(String name, Operation operation, List<String> inputs) {
            if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,127}")) {
                throw new IllegalArgumentException(
                        "layer '%s' has a name that is not of letters, digits and underscores".formatted(name));
            }
            if (steps.size() >= LARGEST) {
                throw new IllegalArgumentException("the network has more than %d layers".formatted(LARGEST));
            }
            List<Integer> from = inputs.stream().map(places::get).toList();
            try {
                Extent answer = operation.answer(
                        from.stream().map(place -> steps.get(place).answer()).toList());
                steps.add(new Step(name, operation, from, answer));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new IllegalArgumentException("layer '%s': %s".formatted(name, e.getMessage()), e);
            }
            places.put(name, steps.size() - 1);
            return this;
        }

        /**
         * @param output the layer whose answers are probabilities
         * @throws IllegalArgumentException if layers lead elsewhere, or it is no encoder with a head
         */
        public LayerNetwork build(String output) {
            if (places.getOrDefault(output, -1) != steps.size() - 1) {
                throw new IllegalArgumentException(
                        "the output '%s' is not what the last layer answers".formatted(output));
            }
            int[] uses = new int[steps.size()];
            steps.forEach(step -> step.inputs().forEach(input -> uses[input]++));
            for (int i = 0; i < steps.size() - 1; i++) {
                if (uses[i] == 0) {
                    throw new IllegalArgumentException(
                            "layer '%s' leads nowhere".formatted(steps.get(i).name()));
                }
            }
            for (Step step : steps) {
                boolean folds = step.operation() instanceof Normalisation;
                if (folds && !(steps.get(step.input()).operation() instanceof Convolution && uses[step.input()] == 1)) {
                    throw new IllegalArgumentException(
                            "layer '%s' normalises what is not the answer of a convolution that it has to itself"
                                    .formatted(step.name()));
                }
            }
            return new LayerNetwork(steps);
        }
    }

    /** The place of the vector that dense layers alone stand behind. */
    private static int embedding(List<Step> steps) {
        int last = steps.size() - 1;
        if (!(steps.get(last).operation() instanceof Softmax)) {
            throw new IllegalArgumentException(
                    "layer '%s' is the last and no softmax, which the head of an encoder ends in"
                            .formatted(steps.get(last).name()));
        }
        int place = steps.get(last).input();
        boolean dense = false;
        while (ofHead(steps.get(place).operation())) {
            dense |= steps.get(place).operation() instanceof Dense;
            place = steps.get(place).input();
        }
        if (!dense || !steps.get(place).answer().isVector()) {
            throw new IllegalArgumentException(
                    "no vector with a dense layer behind it leads to '%s': there is no embedding"
                            .formatted(steps.get(last).name()));
        }
        for (int i = 0; i <= place; i++) {
            Operation operation = steps.get(i).operation();
            if (operation instanceof Dense || operation instanceof Softmax) {
                throw new IllegalArgumentException(
                        "layer '%s' stands before the embedding, '%s'; there may be none of its kind"
                                .formatted(steps.get(i).name(), steps.get(place).name()));
            }
        }
        if (steps.size() - 1 - place != behind(steps, place)) {
            throw new IllegalArgumentException("layers behind the embedding, '%s', are no chain"
                    .formatted(steps.get(place).name()));
        }
        return place;
    }

    private static boolean ofHead(Operation operation) {
        return operation instanceof Dense || operation instanceof Relu || operation instanceof Nothing;
    }

    /** How many steps lead from the last one back to a place. */
    private static int behind(List<Step> steps, int place) {
        int count = 0;
        for (int at = steps.size() - 1; at != place; at = steps.get(at).input()) {
            count++;
        }
        return count;
    }

    /** Steps from the pixels to the embedding. */
    List<Step> body() {
        return steps.subList(0, embedding + 1);
    }

    /** Steps from the embedding, which is left out, to the logits. */
    List<Step> head() {
        return steps.subList(embedding + 1, steps.size() - 1);
    }

    Extent answerTo(Step step) {
        return steps.get(step.input()).answer();
    }

    /** Rows of the picture. */
    public int rows() {
        return pixels().rows();
    }

    /** Columns of the picture. */
    public int columns() {
        return pixels().columns();
    }

    private Pixels pixels() {
        return (Pixels) steps.get(0).operation();
    }

    /** Length of an embedding. */
    public int dimension() {
        return steps.get(embedding).answer().channels();
    }

    /** Classes of the head. */
    public int classes() {
        return steps.get(steps.size() - 1).answer().channels();
    }

    /** Layers with weights, of convolutions and dense ones, in order. */
    public List<Weighted> weighted() {
        List<Weighted> weighted = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.operation() instanceof Convolution convolution) {
                int in = answerTo(step).channels();
                weighted.add(new Weighted(
                        step.name(),
                        List.of(
                                (long) convolution.outputs(),
                                (long) in,
                                (long) convolution.window().rows(),
                                (long) convolution.window().columns()),
                        convolution.biased(),
                        normalisation(i),
                        step.answer().area()));
            } else if (step.operation() instanceof Dense dense) {
                int in = answerTo(step).channels();
                weighted.add(new Weighted(
                        step.name(), List.of((long) dense.outputs(), (long) in), dense.biased(), Optional.empty(), 1));
            }
        }
        return weighted;
    }

    private Optional<Folded> normalisation(int convolution) {
        return steps.stream()
                .filter(step -> step.operation() instanceof Normalisation && step.input() == convolution)
                .findFirst()
                .map(step -> new Folded(step.name(), (Normalisation) step.operation()));
    }

    /** A normalisation and the name of its layer. */
    public record Folded(String name, Normalisation normalisation) {}

    /**
     * A layer with weights.
     *
     * @param name of the layer
     * @param shape of its weights as PyTorch has them: {@code [out, in, rows, columns]}, or {@code [out, in]} of a dense one
     * @param biased whether it has its own bias
     * @param normalised by what stands behind it
     * @param positions that it answers at
     */
    public record Weighted(String name, List<Long> shape, boolean biased, Optional<Folded> normalised, long positions) {

        /** Name of its weights. */
        public String weight() {
            return name + ".weight";
        }

        /** Name of its bias, which it always has once normalisations are folded. */
        public String bias() {
            return name + ".bias";
        }

        /** Whether it belongs to the head. */
        public boolean isDense() {
            return shape.size() == 2;
        }

        long multiplications() {
            return shape.stream().reduce(positions, Math::multiplyExact);
        }
    }

    /**
     * A layer in its place.
     *
     * @param name of the layer; an activation within it is a separate step under the same name
     * @param operation what it does
     * @param inputs places of what it gets
     * @param answer what it answers for a picture
     */
    record Step(String name, Operation operation, List<Integer> inputs, Extent answer) {

        Step {
            inputs = List.copyOf(inputs);
        }

        /** Where its only input is. */
        int input() {
            return inputs.get(0);
        }
    }
}
