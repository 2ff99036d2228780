package io.bulwark.perception.bank;

/** A reference that no bank takes; says which and why. The others of its source may still be used. */
public final class InvalidReferenceException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String referenceId;
    private final Problem problem;

    InvalidReferenceException(String referenceId, Problem problem, String found) {
        super("Reference \"" + referenceId + "\" cannot be used: " + found);
        this.referenceId = referenceId;
        this.problem = problem;
    }

    /** The offending reference. */
    public String referenceId() {
        return referenceId;
    }

    public Problem problem() {
        return problem;
    }

    /** What is wrong with a reference. */
    public enum Problem {
        BLANK_ID,
        DUPLICATE_ID,
        BLANK_LABEL,
        DIMENSION,
        NOT_FINITE,
        NOT_UNIT,
        TOO_MANY_VARIANTS,
        VARIANT_NAME
    }
}
