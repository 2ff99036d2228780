package io.bulwark.service.loop;

/** What came of a transaction. */
sealed interface CommitResult {

    /** The answers and their offsets are committed. */
    record Committed() implements CommitResult {}

    /**
     * It was refused for the group's generation alone and is aborted: nothing was committed, the producer is usable, and
     * the same can be committed as the group knows this worker now.
     */
    record Stale() implements CommitResult {}

    /** It failed, or nobody knows: settle it with a new producer and read on from the committed offsets. */
    record Unsettled(RuntimeException cause) implements CommitResult {}

    /** It failed, and every further one would. */
    record Hopeless(RuntimeException cause) implements CommitResult {}
}
