package io.bulwark.perception.flagged;

import io.bulwark.perception.metric.Length;
import io.bulwark.perception.rows.StoredRows;
import java.util.Optional;

/** An entry whose centre lies in a store. */
final class StoredEntry extends StoredRows {

    private final String id;
    private final Optional<String> label;
    private final double radius;
    private final double length;

    StoredEntry(FlaggedEntry entry) {
        this.id = entry.id();
        this.label = entry.label();
        this.radius = entry.radius();
        this.length = Length.of(entry.centre(), 0, entry.centre().length);
    }

    /** Angle up to which contents were merged into it, in radians. */
    double radius() {
        return radius;
    }

    /** Of its centre. */
    double length() {
        return length;
    }

    /** The entry that it is, given its centre. */
    FlaggedEntry with(float[] centre) {
        return new FlaggedEntry(id, label, centre, radius);
    }
}
