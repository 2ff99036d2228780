package io.bulwark.stream.review;

/** Why an item is in the queue; it may be there for several reasons. */
public enum Origin {
    /** The machine decided REVIEW. */
    REVIEW,
    /** Drawn at random from images that no person would have seen. */
    SAMPLE,
    /** An attack audit. */
    AUDIT,
    /** The uploader objects to the decision. */
    APPEAL,
    /** Another person objects to the image. */
    REPORT
}
