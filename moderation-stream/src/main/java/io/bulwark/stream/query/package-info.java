/**
 * Questions to the state stores. A key lies on one instance: {@link io.bulwark.stream.query.StateQueries} reads the
 * store where it is local and says whom to ask where it is not; {@link io.bulwark.stream.query.Peers.PeerClient} asks,
 * over the same HTTP API that users see.
 *
 * <p>A question hops once. It then carries {@link io.bulwark.stream.query.Peers.PeerClient#HOP_HEADER}, and an instance
 * that gets such a question for a key that it does not hold answers "not ready": while tasks move, two instances may
 * each take the other for the holder, and the question would go round for ever.
 */
package io.bulwark.stream.query;
