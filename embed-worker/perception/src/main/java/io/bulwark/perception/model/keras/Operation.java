package io.bulwark.perception.model.keras;

import io.bulwark.perception.model.keras.Window.Extent;
import java.util.List;

/** What a layer does. Each gives the extent of its answer for those of its inputs, or says why it has none. */
public sealed interface Operation {

    /** @throws IllegalArgumentException if the inputs do not fit; the message goes on from the layer's name */
    Extent answer(List<Extent> in);

    /** The network's input. */
    record Pixels(int rows, int columns) implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return new Extent(rows, columns, 3);
        }
    }

    /** @param biased whether it has its own bias */
    record Convolution(Window window, int outputs, boolean biased) implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return window.answer(in.get(0), outputs);
        }
    }

    /**
     * Batch normalisation with the moments of training, behind a convolution and folded into it.
     *
     * @param epsilon added to the variance
     * @param scaled whether there is a gamma
     * @param shifted whether there is a beta
     */
    record Normalisation(double epsilon, boolean scaled, boolean shifted) implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return in.get(0).requirePlanes();
        }
    }

    /** A rectifier. */
    record Relu() implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return in.get(0);
        }
    }

    /** Largest of a window. */
    record LargestOf(Window window) implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return pooled(window, in.get(0));
        }
    }

    /** Mean of what of a window is in the picture. */
    record MeanOf(Window window) implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return pooled(window, in.get(0));
        }
    }

    /** Mean of all positions. */
    record MeanOfAll() implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return Extent.vector(in.get(0).requirePlanes().channels());
        }
    }

    /** Channels of several, one behind the other. */
    record Concatenation() implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            Extent first = in.get(0).requirePlanes();
            int channels = 0;
            for (Extent one : in) {
                if (one.rows() != first.rows() || one.columns() != first.columns()) {
                    throw new IllegalArgumentException(
                            "it gets %s and %s, which have not one size".formatted(first, one));
                }
                channels = Math.addExact(channels, one.channels());
            }
            return new Extent(first.rows(), first.columns(), channels);
        }
    }

    /** Rows of columns of channels as a vector. */
    record Flattening() implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            Extent planes = in.get(0).requirePlanes();
            return Extent.vector(Math.toIntExact(planes.area() * planes.channels()));
        }
    }

    /** @param biased whether it has a bias */
    record Dense(int outputs, boolean biased) implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            in.get(0).requireVector();
            return Extent.vector(outputs);
        }
    }

    /** Logits to probabilities. */
    record Softmax() implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return in.get(0).requireVector();
        }
    }

    /** What does something in training alone. */
    record Nothing() implements Operation {

        @Override
        public Extent answer(List<Extent> in) {
            return in.get(0);
        }
    }

    private static Extent pooled(Window window, Extent in) {
        if (!window.padding(in.requirePlanes()).isEven()) {
            throw new IllegalArgumentException(
                    "it pads one side more than the other, which this version reads of convolutions alone");
        }
        return window.answer(in, in.channels());
    }
}
