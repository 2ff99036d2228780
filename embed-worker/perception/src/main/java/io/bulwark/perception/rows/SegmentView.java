package io.bulwark.perception.rows;

import io.bulwark.perception.torch.RowBlock;

/**
 * The rows of a segment at one moment.
 *
 * @param owners whose each of the first {@code used} is; null where it is nobody's
 * @param scales what each row in bf16 is to be multiplied with to come nearest to the exact one, at a right angle to it
 * @param errors how far it is from it then, rounded up
 * @param leastScale the smallest of all
 * @param mostScale the largest of all
 * @param error the largest of all
 */
record SegmentView(
        Segment segment,
        RowBlock block,
        StoredRows[] owners,
        int used,
        float[] scales,
        float[] errors,
        float leastScale,
        float mostScale,
        float error) {}
