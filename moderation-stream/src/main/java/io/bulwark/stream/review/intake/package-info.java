/**
 * Fills queue and casebook from Kafka. What was read of a partition is written in one SQL transaction with how far it was
 * read, so nothing is lost or taken twice, whatever dies in between; Kafka's own offsets of the group are not used.
 *
 * <p>A record that no database can hold becomes a dead letter with its reason, {@code UNSTORABLE}, and the partition goes
 * on: each record has a savepoint. What is known beforehand is refused by {@code Storable}, in bytes; the rest by the
 * SQLSTATE, of which only those count that no repetition changes.
 *
 * <p>Intake reads {@code moderation.decisions} (what is in force: REVIEW goes into the queue, of the rest a random
 * sample), {@code moderation.attack-audit} (an audit brings its image into the queue, whichever of audit and decision
 * comes first), {@code moderation.uploader-actions} (strikes, which raise the rank of what the uploader sends next) and
 * {@code moderation.reports} (reports and appeals; one that comes before its image's decision waits for it).
 *
 * <p>The records of one image on different topics are taken by different instances at the same time. Each transaction takes
 * the {@link io.bulwark.stream.review.queue.ImageLocks locks} of its batch's images before it reads, so whichever comes
 * second sees what the first one wrote. A batch is decoded before its transaction, so that nothing waits for a schema while
 * it holds locks.
 *
 * <p>Lists can be made anew: then what was read before is read again, and goes into the casebook but not into the queue.
 */
package io.bulwark.stream.review.intake;
