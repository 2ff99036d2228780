package io.bulwark.lab.bench.latency;

import java.util.Locale;

/** Kinds of uploads. */
enum Kind {
    /** A picture of 640×480 in the event itself. */
    INLINE,

    /** A location whose host answers after nine seconds, within the worker's deadline. */
    SLOW,

    /** A photograph of twelve megapixels in the event itself. */
    LARGE,

    /** A location whose host never takes the connection. */
    DEAD,

    /** An animation in the event itself that has more distinct views than are judged. */
    CROWDED;

    /** The name outside, such as {@code slow}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
