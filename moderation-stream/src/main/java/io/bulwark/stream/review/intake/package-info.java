/**
 * What fills the review from topics, and what runs it. {@link io.bulwark.stream.review.intake.IntakeLoop} reads; an {@link
 * io.bulwark.stream.review.intake.IntakeTopic} for each topic writes rows; what no database can hold becomes one of the
 * {@link io.bulwark.stream.review.intake.DeadLetters}. {@code ReviewBeans} makes the parts of the review and its jobs
 * from the settings, {@code ReviewMeters} counts them.
 *
 * <p>A batch of a partition is written in one SQL transaction with how far it was read, so nothing is lost or taken
 * twice; Kafka's own offsets of the group are not used. A record that no database can hold becomes a dead letter with
 * the reason {@code UNSTORABLE} and the partition goes on: each record has a savepoint. The records of one image on
 * different topics are taken by different instances at the same time, so each transaction takes the locks of its
 * batch's images before it reads. A batch is decoded before its transaction, so that nothing waits for a schema while
 * it holds locks. When the lists are rebuilt, records that were read before go into the casebook but not into the
 * queue.
 */
package io.bulwark.stream.review.intake;
