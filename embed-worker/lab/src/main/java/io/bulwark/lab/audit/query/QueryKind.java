package io.bulwark.lab.audit.query;

import java.util.List;
import java.util.Locale;

/** Who attacks. */
enum QueryKind {
    /** By decisions. */
    HOPSKIPJUMP,
    /** By decisions; adapts to what is held back. */
    HOPSKIPJUMP_OARS,
    /** By scores. */
    SQUARE,
    /** By scores; adapts to what is held back. */
    SQUARE_OARS,
    /** By gradients of decision and distance from the entry; each weight's result is uploaded. */
    GRADIENTS,
    /**
     * By gradients of decision, distance from the entry and agreement with the twin; passed is what no detector sees.
     */
    JOINT;

    /** The name in commands, tables and ledgers: {@code hopskipjump-oars}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads what {@link #toString} gives.
     *
     * @throws IllegalArgumentException if it is none
     */
    static QueryKind named(String name) {
        for (QueryKind kind : values()) {
            if (kind.toString().equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("'" + name + "' is no attack, allowed are " + List.of(values()));
    }
}
