package io.bulwark.service.loop;

/** What came of a transaction. */
sealed interface CommitResult {

    /** The answers and their offsets are committed. */
    record Committed() implements CommitResult {}

    /** It failed, or nobody knows: settle it with a new producer and read on from the committed offsets. */
    record Unsettled(RuntimeException cause) implements CommitResult {}

    /** It failed, and every further one would. */
    record Hopeless(RuntimeException cause) implements CommitResult {}
}
