package io.bulwark.perception.model.keras;

/**
 * What a convolution or a pooling looks at, and what is padded for it.
 *
 * @param rows of the kernel
 * @param columns of the kernel
 * @param stride rows and columns between two answers
 * @param dilation rows and columns between two pixels of the kernel
 * @param same whether it is padded so that every stride-th pixel has an answer; else nothing is
 * @see <a href="https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2">TensorFlow's notes on padding</a>
 */
public record Window(int rows, int columns, Pair stride, Pair dilation, boolean same) {

    private static final int LARGEST = 64;

    /** Two numbers, each at least 1 and at most 64. */
    public record Pair(int ofRows, int ofColumns) {

        /** Next to each other. */
        public static final Pair ONE = new Pair(1, 1);

        public Pair {
            if (Math.min(ofRows, ofColumns) < 1 || Math.max(ofRows, ofColumns) > LARGEST) {
                throw new IllegalArgumentException(
                        "strides or dilations are [%d, %d], allowed are 1 to %d".formatted(ofRows, ofColumns, LARGEST));
            }
        }

        String text() {
            return "[%d, %d]".formatted(ofRows, ofColumns);
        }
    }

    public Window {
        if (Math.min(rows, columns) < 1 || Math.max(rows, columns) > LARGEST) {
            throw new IllegalArgumentException(
                    "the kernel is [%d, %d], allowed are 1 to %d".formatted(rows, columns, LARGEST));
        }
    }

    /**
     * Pixels added around a picture.
     *
     * @param top and {@code bottom}, {@code left}, {@code right}: at that side
     */
    record Padding(int top, int bottom, int left, int right) {

        boolean isEven() {
            return top == bottom && left == right;
        }
    }

    Extent answer(Extent in, int channels) {
        in.requirePlanes();
        return new Extent(
                answers(in.rows(), rows, stride.ofRows(), dilation.ofRows()),
                answers(in.columns(), columns, stride.ofColumns(), dilation.ofColumns()),
                channels);
    }

    private int answers(int in, int kernel, int step, int apart) {
        int covered = (kernel - 1) * apart + 1;
        return same ? (in + step - 1) / step : Math.max(0, (in - covered + step) / step);
    }

    Padding padding(Extent in) {
        int below = total(in.rows(), rows, stride.ofRows(), dilation.ofRows());
        int beside = total(in.columns(), columns, stride.ofColumns(), dilation.ofColumns());
        return new Padding(below / 2, below - below / 2, beside / 2, beside - beside / 2);
    }

    private int total(int in, int kernel, int step, int apart) {
        int covered = (kernel - 1) * apart + 1;
        return same ? Math.max(0, (answers(in, kernel, step, apart) - 1) * step + covered - in) : 0;
    }
}
