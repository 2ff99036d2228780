package io.bulwark.perception.rows;

import java.util.Optional;

/**
 * The rows of a segment at one moment.
 *
 * @param owners whose each is; null where it has no owner
 * @param sketch of each row, where the segment has sketches
 */
record SegmentView(Segment segment, StoredRows[] owners, RoundedRows.View rows, Optional<Sketch.View> sketch) {}
