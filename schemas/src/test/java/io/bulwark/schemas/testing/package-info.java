/**
 * What tests of all modules share: a real broker, and samples of every record. Shipped in the test-jar.
 *
 * <pre>{@code
 * TestBroker.recreateTopics();                     // fresh topics on the JVM's one broker
 * var servers = TestBroker.bootstrapServers();
 *
 * try (Broker own = TestBroker.fresh()) { ... }    // or a broker of one's own
 * }</pre>
 */
package io.bulwark.schemas.testing;
