package io.bulwark.stream.review;

import java.util.UUID;

/** What a row of the outbox is to tell Kafka. It is kept as JSON, which outlives a change of the topics' schemas. */
sealed interface Published permits PublishedReview, PublishedReferences, PublishedRuling {

    /** The decision's id or that of what else was ruled; unique in a tenant's outbox. */
    UUID id();

    /** Whose row it is. */
    String tenant();

    /** What it is, as the table names it. */
    Kind kind();

    /** The kinds of rows. */
    enum Kind {
        REVIEW(PublishedReview.class),
        REFERENCES(PublishedReferences.class),
        RULING(PublishedRuling.class);

        private final Class<? extends Published> type;

        Kind(Class<? extends Published> type) {
            this.type = type;
        }

        Class<? extends Published> type() {
            return type;
        }
    }
}
