package io.bulwark.stream.review;

import java.util.List;
import java.util.function.Consumer;

/** The rows that wait for publication, as the one publisher sees them. One thread uses it; each method is a transaction. */
interface OutboxTable {

    /**
     * Removes the rows that were published although their removal was not committed.
     *
     * @param mark names them
     * @return how many were still there
     */
    int remove(OutboxTopic.Mark mark);

    /**
     * Publishes the oldest rows and removes them, in one transaction: an erasure that finds no row may rely on what was
     * published being there to be found.
     *
     * @param publish gets at least one row, in the order of their positions; where it throws, the rows stay
     * @return how many rows went; 0 where none waits
     */
    int handOver(Consumer<List<OutboxRow>> publish);
}
