package io.bulwark.lab.explain;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How much each cell of a view adds to the margin; below zero it takes off.
 *
 * @param side cells in each direction
 * @param values {@code [side, side]} row-major
 */
public record ImportanceMap(int side, double[] values) {

    /** Cells in each direction: 16 pixels each where the encoder sees 224. */
    public static final int SIDE = 14;

    public ImportanceMap {
        if (values.length != side * side) {
            throw new IllegalArgumentException("%d cells a side are no %d values".formatted(side, values.length));
        }
    }

    /** Cells, the most important first; of equals the first. */
    public int[] descending() {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer cell) -> -values[cell]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The cell that a pixel of a view lies in. */
    static int cellOf(int x, int y, int height, int width) {
        return y * SIDE / height * SIDE + x * SIDE / width;
    }
}
