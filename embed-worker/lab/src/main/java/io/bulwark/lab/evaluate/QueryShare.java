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
    /** Those that attacks and models are chosen by. */
    DEVELOPMENT {
        @Override
        boolean holds(double fraction) {
            return fraction >= FINAL_SHARE;
        }
    },
    /** Those that nobody looks at before the last run. */
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

    /** Whether it has pictures that nobody looks at before the last run. */
    boolean isKept() {
        return this != DEVELOPMENT;
    }
}
