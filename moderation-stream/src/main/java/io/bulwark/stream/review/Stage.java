package io.bulwark.stream.review;

/** Whom an item waits for. */
public enum Stage {
    /** Any reviewer. */
    FIRST,
    /** A reviewer who is not the first one. */
    SECOND,
    /** A senior. */
    SENIOR,
    /** No person. */
    CLOSED
}
