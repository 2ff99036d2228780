package io.bulwark.perception.model.keras;

/**
 * What a layer answers for one picture: {@code [channels, rows, columns]}, or a vector of channels, whose rows and columns
 * are 0.
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
