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

    /**
     * What a layer answers for one picture: {@code [channels, rows, columns]}, or a vector of channels, whose rows and
     * columns are 0.
     */
    record Extent(int rows, int columns, int channels) {

        /** Numbers that a layer may answer for a picture: 256 MiB of them in fp32. */
        private static final long LARGEST = 1L << 26;

        Extent {
            if (rows < 0 || columns < 0 || channels < 1 || (rows == 0) != (columns == 0)) {
                throw new IllegalArgumentException(
                        "its answer would be %d x %d of %d channels: the picture is too small for it"
                                .formatted(rows, columns, channels));
            }
            if ((long) Math.max(1, rows) * Math.max(1, columns) > LARGEST / channels) {
                throw new IllegalArgumentException("its answer would be %d x %d of %d channels, allowed are %d numbers"
                        .formatted(rows, columns, channels, LARGEST));
            }
        }

        static Extent vector(int channels) {
            return new Extent(0, 0, channels);
        }

        boolean isVector() {
            return rows == 0;
        }

        /** Positions that a convolution answers at. */
        long area() {
            return (long) rows * columns;
        }

        Extent requirePlanes() {
            if (isVector()) {
                throw new IllegalArgumentException("it gets a vector where it needs rows and columns");
            }
            return this;
        }

        Extent requireVector() {
            if (!isVector()) {
                throw new IllegalArgumentException("it gets rows and columns where it needs a vector");
            }
            return this;
        }

        @Override
        public String toString() {
            return isVector() ? "a vector of " + channels : "%d x %d of %d channels".formatted(rows, columns, channels);
        }
    }
}
