package io.bulwark.perception.verdict;

/** Who decides a view to which nothing in the bank is near. */
public enum Unfamiliar {
    /** A person: REVIEW. */
    REVIEW,
    /** The package's classifier head; a person where the package has none. */
    HEAD
}
