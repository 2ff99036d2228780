package io.bulwark.stream.review;

/** The roles that the review knows. */
public final class Roles {

    /** Sees decisions, decides nothing. */
    public static final String VIEWER = "viewer";

    /** Claims items and decides. */
    public static final String REVIEWER = "reviewer";

    /** A reviewer who also decides what was escalated, and undoes what others decided. */
    public static final String SENIOR = "senior";

    /** Answers proposals for the bank. */
    public static final String CURATOR = "curator";

    /** Everything. */
    public static final String ADMIN = "admin";

    private Roles() {}
}
