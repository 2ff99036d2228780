/**
 * Where records come in: bytes become {@link io.bulwark.stream.intake.Reading}s, and what cannot be read, or does not say
 * enough to act on, a dead letter. {@link io.bulwark.stream.intake.TopologyEvents} is how all packages report what they do.
 *
 * <p><b>Nothing here waits.</b> A record under a schema that is not known yet, or that a silent registry would have to name,
 * is parked in a changelogged store with the later records of its key behind it ({@link
 * io.bulwark.stream.intake.ParkingReader}). Other keys go on. {@code bulwark.schemas.wait} decides when the record is a dead
 * letter; a registry is awaited without an end. Waiting in {@code process()} was rejected: past the transaction's timeout
 * (15 s) the coordinator aborts, and the dirty close that follows deletes the local state of every task of the thread.
 *
 * <p>Lines are by the key of the record on its own topic. Between topics Kafka promises no order, and the processors behind
 * need none.
 */
package io.bulwark.stream.intake;
