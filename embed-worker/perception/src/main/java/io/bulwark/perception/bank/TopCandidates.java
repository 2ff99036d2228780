package io.bulwark.perception.bank;

import java.util.Arrays;

/**
 * The rows that may be among the k nearest of one query, given similarities with a bounded error: all that are at most
 * {@code slack} below the k-th seen. Rows are offered in ascending order, in any number of blocks.
 */
final class TopCandidates {

    private final float slack;
    /** Ascending; the k greatest seen, -infinity where fewer were. */
    private final float[] greatest;

    private int[] rows;
    private float[] similarities;
    private int size;
    private float cut = Float.NEGATIVE_INFINITY;

    TopCandidates(int k, float slack) {
        this.slack = slack;
        greatest = new float[k];
        Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
        rows = new int[4 * k];
        similarities = new float[4 * k];
    }

    /** Offers {@code count} rows from {@code firstRow} on, whose similarities lie {@code stride} apart. */
    void offer(float[] values, int offset, int stride, int count, int firstRow) {
        for (int i = 0, at = offset; i < count; i++, at += stride) {
            float similarity = values[at];
            if (similarity >= cut) {
                add(firstRow + i, similarity);
            }
        }
    }

    /** The candidates' rows, ascending. */
    int[] rows() {
        int[] kept = new int[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (similarities[i] >= cut) {
                kept[count++] = rows[i];
            }
        }
        return Arrays.copyOf(kept, count);
    }

    private void add(int row, float similarity) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, 2 * size);
            similarities = Arrays.copyOf(similarities, 2 * size);
        }
        rows[size] = row;
        similarities[size++] = similarity;
        if (similarity > greatest[0]) {
            int place = 1;
            while (place < greatest.length && greatest[place] < similarity) {
                greatest[place - 1] = greatest[place];
                place++;
            }
            greatest[place - 1] = similarity;
            cut = greatest[0] - slack;
        }
    }
}
