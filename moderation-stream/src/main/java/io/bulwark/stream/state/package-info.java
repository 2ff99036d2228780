/**
 * What all processors share: names, keys and layouts of the stores, the index by age that expires entries, the clock
 * that expiry follows, and the readers that turn bytes into {@link io.bulwark.stream.state.SourceReader.Reading}s.
 * {@link io.bulwark.stream.state.TopologyEvents} is how all packages report to the metrics.
 *
 * <p><b>Readers never wait.</b> A record under a schema that is not known yet, or that a silent registry would have to
 * name, is parked in a changelogged store with the later records of its key behind it ({@link
 * io.bulwark.stream.state.ParkingReader}). Other keys go on. After {@code
 * bulwark.schemas.wait} the record becomes a dead letter; a registry is awaited without limit. Waiting in {@code
 * process()} was rejected: past the transaction's timeout (15 s) the coordinator aborts, and the dirty close that
 * follows deletes the local state of every task of the thread.
 *
 * <p>Lines are by the key of the record on its own topic. Between topics Kafka promises no order, and the processors
 * need none.
 *
 * <p><b>One layout.</b> {@link io.bulwark.stream.state.StateLayout} writes records by their components, so that a
 * layout is its record. Changing a component needs a new format.
 */
package io.bulwark.stream.state;
