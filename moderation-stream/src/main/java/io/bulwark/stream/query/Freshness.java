package io.bulwark.stream.query;

/** Which copy of the state may answer. */
public enum Freshness {
    /** The instance that holds the key. */
    ACTIVE,

    /** Also a warm copy on this instance; then the answer is marked as stale. */
    STANDBY
}
