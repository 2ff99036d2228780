package io.bulwark.stream.review;

/** What a person asked for is not done, and nothing was changed. The message says why and what they can do. */
public final class ReviewRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** There is no such item, decision or image for this tenant. */
        NOT_FOUND,
        /** The claim ran out, was released, or is another person's. */
        LEASE_LOST,
        /** It was decided already, or has been decided anew since. */
        ALREADY_DECIDED,
        /** The id that the client made is that of a decision on another item. */
        ID_REUSED,
        /** The item's content is not the one that was looked at. */
        CONTENT_CHANGED,
        /** How the model saw the picture is not kept any more. */
        EMBEDDING_GONE,
        /** The picture was seen by another model than the bank's. */
        MODEL_MISMATCH,
        /** This person may not do it. */
        NOT_ALLOWED,
        /** Only people who are logged in here may do it, in the console. */
        CONSOLE_ONLY,
        /** They hold as many items as one person may. */
        TOO_MANY_HELD,
        /** What was sent makes no sense. */
        INVALID
    }

    private final Kind kind;

    public ReviewRefusedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
