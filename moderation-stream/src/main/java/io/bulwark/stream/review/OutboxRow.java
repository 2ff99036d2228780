package io.bulwark.stream.review;

import java.util.UUID;

/**
 * A row of the outbox.
 *
 * @param id made by the database; the publisher's mark names rows by it, because a client chooses the id of a decision
 */
record OutboxRow(UUID id, Published content) {}
