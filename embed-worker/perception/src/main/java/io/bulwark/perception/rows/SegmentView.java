package io.bulwark.perception.rows;

import io.bulwark.perception.torch.RowBlock;

/**
 * The rows of a segment at one moment.
 *
 * @param owners whose each of the first {@code used} is; null where it is nobody's
 * @param error how far a row in bf16 is at most from the exact one
 */
record SegmentView(Segment segment, RowBlock block, StoredRows[] owners, int used, double error) {}
