/**
 * The local node: a real single-node Kafka, a real PostgreSQL, the worker, the preview and moderation-stream, each a
 * separate process as in production, with the data under one folder and every port on 127.0.0.1. The crash tests
 * start, kill and restart the same processes through the same classes. What may enter: processes of the node, and what
 * to set for them.
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>Children are not tied to the terminal: Ctrl-C reaches the whole process group at once, and a broker that stops
 *       before the worker has drained leaves the worker hanging on its last commit. So children ignore the interrupt
 *       ({@link io.bulwark.cli.local.ChildMain}), and the node stops them in order: stream, preview, worker, database, broker.
 *   <li>No orphans: a child ends itself when the process that started it is gone, even by SIGKILL. Rejected: a process
 *       group killed by the shell script (nothing runs after SIGKILL), and {@code prctl(PR_SET_PDEATHSIG)} (bound to
 *       the thread that forked, and Linux alone).
 *   <li>PostgreSQL is held by a JVM ({@link io.bulwark.cli.local.PostgresProcess.PostgresNode}), so that it too ends with the node. If that
 *       JVM is killed, the server runs on, and the next start on its data stops it first.
 *   <li>A command line ({@link io.bulwark.cli.local.ChildProcess.JavaCommand}) is apart from where it runs: the
 *   laboratory starts
 *       the same ones behind {@code ip netns exec}, several brokers and each in a separate network.
 *   <li>The worker and the stream run from their {@code quarkus-app} folders with settings as system properties: what
 *       is tested here is what is deployed.
 * </ul>
 *
 * <pre>{@code
 * try (KafkaProcess kafka = KafkaProcess.start(data, 9092)) {
 *     Topology.create(kafka.bootstrapServers());
 *     try (ServiceProcess worker = ServiceProcess.start(ServiceSpec.worker(checkout, kafka, 8081, logs))) { ... }
 * }
 * }</pre>
 */
package io.bulwark.cli.local;
