package io.bulwark.cli.demo;

import java.util.Map;

/**
 * What came of the demo's reviews.
 *
 * @param decided decisions of the demo's reviewer, undone ones aside
 * @param overturned those of them that contradict a worker's SAFE or NSFW
 * @param published decisions that came back on {@code moderation.decisions}
 * @param awaited decisions that have to come back: those that need no second person, and what was undone
 * @param open items of this run that the demo's reviewer left in the queue
 */
record ReviewTally(int decided, int overturned, int published, int awaited, int open) {

    /** Whether everything that was decided holds. */
    boolean holds() {
        return published == awaited;
    }

    String text() {
        return "reviews=" + decided + " overturned=" + overturned + " open=" + open
                + (open == 0 ? "" : " (open items wait on the console's page Review)");
    }

    Map<String, Object> fields() {
        return Map.of(
                "reviews", decided, "overturned", overturned, "published", published, "awaited", awaited, "open", open);
    }
}
