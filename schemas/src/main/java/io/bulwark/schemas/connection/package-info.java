/**
 * How clients of Kafka prove who they are and whom they talk to: one block of settings,
 * {@code bulwark.kafka.security.*}, the same for the worker, moderation-stream and the command line.
 *
 * <pre>{@code
 * List<String> complaints = SecurityCheck.complaints(settings, otherProperties, Clock.systemUTC()); // at start
 * properties.putAll(new ClientSecurity(settings).properties());                                     // for each client
 * ConnectionFaults.explain(thrown).ifPresent(log::error);                                           // when refused
 * }</pre>
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>A separate block beside the free {@code bulwark.kafka.properties}: those want a JAAS line with the password
 *       in it, know no file for a password, and say of a store that does not open only what the JDK says, at the first
 *       connection. The free properties still do what the block does not (Kerberos, MSK IAM, cipher suites).
 *   <li>Without a protocol nothing of the block may be set: a password that is given but not used would mean that the
 *       connection is believed to be safe and is not. A password in clear over a connection in clear ({@code PLAIN}
 *       with {@code SASL_PLAINTEXT}) is refused.
 *   <li>What can be known at start is an error at start: a store that is missing, does not open or holds nothing of
 *       use, and a client's certificate that has expired. What only the broker knows, such as a wrong password, is
 *       reported by readiness and tried again, since a cluster's users may be made after its clients.
 *   <li>The stores are opened by Kafka's own code, so that what the check accepts is what the clients accept.
 * </ul>
 */
package io.bulwark.schemas.connection;
