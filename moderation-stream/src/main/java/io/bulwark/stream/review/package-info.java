/**
 * Review: people look at what a machine is not sure of, or was wrong about, and decide. This room holds what the rooms
 * below share: who asks, what may be refused.
 *
 * <ul>
 *   <li>{@link io.bulwark.stream.review.queue}: what waits for people, in which order, and who has it now.
 *   <li>{@link io.bulwark.stream.review.bank}: references for the bank, of pictures that people decided about.
 *   <li>{@link io.bulwark.stream.review.decide}: decisions, undo, and their publication.
 *   <li>{@link io.bulwark.stream.review.intake}: fills queue and casebook from Kafka.
 *   <li>{@link io.bulwark.stream.review.watch}: what operators watch of it.
 *   <li>{@link io.bulwark.stream.review.api}: all of it over HTTP.
 * </ul>
 */
package io.bulwark.stream.review;
