package io.bulwark.perception.bank;

import java.util.Arrays;

/**
 * The rows that may be the nearest of the k nearest references of one query, given similarities with a bounded error: all
 * that are at most {@code slack} below the k-th reference seen. Rows are offered in ascending order, in any number of
 * blocks.
 */
final class TopCandidates {

    private final float slack;
    private final int[] referenceOf;
    /** Of the k nearest references seen, ascending; -infinity where fewer were. */
    private final float[] greatest;
    /** Whose similarity each of those is. */
    private final int[] holders;

    private int[] rows;
    private float[] similarities;
    private int size;
    private float cut = Float.NEGATIVE_INFINITY;

    /** @param referenceOf the number of each row's reference, 0 and up; rows of one reference lie side by side */
    TopCandidates(int k, float slack, int[] referenceOf) {
        this.slack = slack;
        this.referenceOf = referenceOf;
        greatest = new float[k];
        Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
        holders = new int[k];
        Arrays.fill(holders, -1);
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
            hold(referenceOf[row], similarity);
            cut = greatest[0] - slack;
        }
    }

    /** A reference that is held already takes its own place, any other that of the farthest. */
    private void hold(int reference, float similarity) {
        int place = 0;
        for (int i = 0; i < holders.length; i++) {
            if (holders[i] == reference) {
                place = i;
            }
        }
        if (similarity <= greatest[place]) {
            return;
        }
        while (place + 1 < greatest.length && greatest[place + 1] < similarity) {
            greatest[place] = greatest[place + 1];
            holders[place] = holders[place + 1];
            place++;
        }
        greatest[place] = similarity;
        holders[place] = reference;
    }
}
