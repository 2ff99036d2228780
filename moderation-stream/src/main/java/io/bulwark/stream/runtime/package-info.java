/**
 * Runs the topology: starts Kafka Streams when its topics exist, watches it, starts it again after a failure, and
 * says what is the matter through health and metrics.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>Our own life cycle, not the {@code quarkus-kafka-streams} extension.</b> The extension takes its settings
 * from its own names, waits for missing topics without an end inside start-up, and leaves an application in state
 * ERROR until it is restarted. {@link io.bulwark.stream.runtime.StreamsSupervisor} is one thread and an explicit
 * state machine: the application answers HTTP from the first second and its readiness names the missing topic.
 *
 * <p><b>One way to fail.</b> Whatever escapes a stream thread shuts the client down, and the supervisor starts a new
 * one after a pause that doubles up to half a minute. Replacing only the thread would retry a lasting fault without a
 * pause.
 *
 * <p><b>A client that does not close</b> keeps the lock on the state, and no other starts before it is closed. Where
 * a part of it cannot be closed, this is logged and counts as closed; where Kafka Streams itself has not closed after
 * five minutes, liveness fails.
 *
 * <p><b>Before a client starts</b> the topic of schemas was read to its end and the registry, where there is one, has
 * named the schemas of the sinks. A stream thread would wait for both, and a transaction that times out (15 s) costs
 * the local state of every task of the thread. Whatever a stream thread waits for, it waits at most a third of that
 * ({@link io.bulwark.stream.runtime.StreamsProperties}). So an instance that starts while the registry is away waits,
 * and says so.
 *
 * <p><b>The brokers' time</b> of the newest record ({@link io.bulwark.stream.runtime.StreamsBeans.BrokerTime}) is
 * asked for every half a minute, for tasks to which no record comes.
 *
 * <p><b>Leaving the group on close.</b> Kafka Streams stays in the group when it closes, so that a quick restart does
 * not move tasks; but a restarted instance gets a new member id, and the tasks of the old one stand still until its
 * session ends. We leave, and the others take over at once.
 *
 * <p><b>Bounded memory.</b> RocksDB's defaults give every segment of every partition its own cache and write buffers,
 * which is gigabytes for three stores of eight partitions. {@link
 * io.bulwark.stream.runtime.StreamsProperties.StateMemory} is one budget for all.
 */
package io.bulwark.stream.runtime;
