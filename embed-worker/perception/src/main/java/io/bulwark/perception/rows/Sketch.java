package io.bulwark.perception.rows;

import io.bulwark.perception.metric.Cosine.Length;
import io.bulwark.perception.rows.RowForm.SplitRow;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Few elements of each row and the length of all others, as a unit row. By Cauchy and Schwarz the product of two
 * sketches is at least that of the two rows, but for rounding, which {@link AskedRows.BfloatEstimates} allows for. The
 * elements are the ones that vary most among other rows: of an encoder's 1,280 the top 127 have nine tenths of all
 * variance, so that a sketch rules out nearly all that the whole row does. One thread
 * writes, as with its rows.
 */
final class Sketch implements AutoCloseable {

    /** Elements of a sketch: a multiple of what processors multiply at once. */
    static final int DIMENSION = 128;

    /** Of a sketch's elements a row needs to have, for its sketch to be worth its memory. */
    private static final int LEAST_FACTOR = 4;

    private final int[] elements;
    private final RoundedRows rows;

    private Sketch(int[] elements, int capacity) {
        this.elements = elements;
        this.rows = new RoundedRows(RowForm.WHOLE, DIMENSION, capacity);
    }

    static boolean pays(int dimension) {
        return dimension >= LEAST_FACTOR * DIMENSION;
    }

    /** A sketch without rows, by what varies among others. */
    static Sketch by(Stream<float[]> others, int dimension, int capacity) {
        double[] sums = new double[dimension];
        double[] squares = new double[dimension];
        int[] count = new int[1];
        others.forEach(row -> {
            count[0]++;
            for (int i = 0; i < dimension; i++) {
                sums[i] += row[i];
                squares[i] += (double) row[i] * row[i];
            }
        });
        int[] elements = IntStream.range(0, dimension)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> sums[i] * sums[i] / count[0] - squares[i]))
                .limit(DIMENSION - 1L)
                .mapToInt(i -> i)
                .toArray();
        return new Sketch(elements, capacity);
    }

    void add(float[] row) {
        rows.add(SplitRow.whole(drawn(elements, row, 0, Length.of(row, 0, row.length))));
    }

    View view() {
        return new View(elements, rows.view());
    }

    long bytes() {
        return rows.bytes();
    }

    @Override
    public void close() {
        rows.close();
    }

    /** @param length of the row that begins there */
    private static float[] drawn(int[] elements, float[] from, int at, double length) {
        float[] drawn = new float[DIMENSION];
        double rest = length * length;
        for (int i = 0; i < elements.length; i++) {
            drawn[i] = from[at + elements[i]];
            rest -= (double) drawn[i] * drawn[i];
        }
        drawn[elements.length] = (float) Math.sqrt(Math.max(0, rest));
        return drawn;
    }

    /** The sketches at one moment. */
    record View(int[] elements, RoundedRows.View rows) {

        /**
         * The sketches of queries {@code [count, dimension]}: {@code [count, DIMENSION]}.
         *
         * @param asked the same queries, of which it has the lengths
         */
        float[] of(float[] queries, int dimension, AskedRows asked) {
            int count = asked.split().length;
            float[] sketches = new float[count * DIMENSION];
            for (int query = 0; query < count; query++) {
                float[] drawn = drawn(elements, queries, query * dimension, asked.split()[query].length());
                System.arraycopy(drawn, 0, sketches, query * DIMENSION, DIMENSION);
            }
            return sketches;
        }
    }
}
