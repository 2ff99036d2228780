package io.bulwark.stream.review.decide;

/** A row of the outbox. */
record OutboxRow(long position, Published content) {}
