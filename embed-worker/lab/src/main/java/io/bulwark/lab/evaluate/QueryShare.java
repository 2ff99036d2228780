package io.bulwark.lab.evaluate;

import java.util.Locale;

/** Which of the pictures are asked. A file's name says where it belongs, so that all squares of a photograph are together. */
public enum QueryShare {
    /** All of them. */
    ALL {
        @Override
        boolean holds(double fraction) {
            return true;
        }
    },
    /** Queries by which attacks and models are chosen. */
    DEVELOPMENT {
        @Override
        boolean holds(double fraction) {
            return fraction >= FINAL_SHARE;
        }
    },
    /** Queries that stay unseen until the last run. */
    FINAL {
        @Override
        boolean holds(double fraction) {
            return fraction < FINAL_SHARE;
        }
    };

    private static final double FINAL_SHARE = 0.5;

    abstract boolean holds(double fraction);

    /** For reports. */
    public String words() {
        return this == ALL ? "all" : name().toLowerCase(Locale.ROOT) + " half";
    }

    /** Whether it has pictures that stay unseen until the last run. */
    boolean isKept() {
        return this != DEVELOPMENT;
    }
}
