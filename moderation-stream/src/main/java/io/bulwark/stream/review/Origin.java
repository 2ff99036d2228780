package io.bulwark.stream.review;

/** Why an item is in the queue; it may be there for several reasons. */
public enum Origin {
    /** The machine decided REVIEW. */
    REVIEW,
    /** Drawn at random from what nobody would have seen. */
    SAMPLE,
    /** An attack audit. */
    AUDIT,
    /** The uploader objects to the decision. */
    APPEAL,
    /** Somebody else objects to the image. */
    REPORT
}
