/**
 * moderation-stream: what the cluster knows about verdicts, kept as state and shown to people.
 *
 * <p>The rooms, each depending on those before it only:
 *
 * <ul>
 *   <li>{@link io.bulwark.stream.state} and {@link io.bulwark.stream.intake}: keys of the stores; bytes that become records.
 *   <li>{@link io.bulwark.stream.decision}, {@link io.bulwark.stream.uploader}, {@link io.bulwark.stream.audit}, {@link
 *       io.bulwark.stream.missing}, {@link io.bulwark.stream.flagged}, {@link io.bulwark.stream.campaign}, {@link
 *       io.bulwark.stream.erasure}: what is kept, each without Quarkus.
 *   <li>{@link io.bulwark.stream.topology}: ties these into one Kafka Streams topology.
 *   <li>{@link io.bulwark.stream.runtime}: starts, watches and restarts Kafka Streams; health and
 *       metrics.
 *   <li>{@link io.bulwark.stream.document}: the JSON that this application answers with.
 *   <li>{@link io.bulwark.stream.query}: reads the stores, here or on the instance that holds the
 *       key.
 *   <li>{@link io.bulwark.stream.feed}: every verdict of every partition as it arrives, for people
 *       who watch.
 *   <li>{@link io.bulwark.stream.problem}: every problem that a request can end with.
 *   <li>{@link io.bulwark.stream.access}: logins, roles, tenants and limits: who asks and what they may.
 *   <li>{@link io.bulwark.stream.order}: what people order through the API, as records.
 *   <li>{@link io.bulwark.stream.outbound}: tells neighbours that do not read Kafka.
 *   <li>{@link io.bulwark.stream.api}: HTTP. The console's page is a static resource beside it.
 *   <li>{@link io.bulwark.stream.database}, {@link io.bulwark.stream.auditlog}, {@link io.bulwark.stream.review}: people's
 *       work in PostgreSQL.
 * </ul>
 *
 * <p>{@link io.bulwark.stream.StreamConfig} holds every setting.
 */
package io.bulwark.stream;
