/**
 * moderation-stream: decisions, statistics, campaigns and the flagged index as state, and the desk where people review.
 *
 * <p>The packages, each depending on those before it only:
 *
 * <ul>
 *   <li>{@link io.bulwark.stream.state}: names, keys and layouts of the stores; bytes become records.
 *   <li>{@link io.bulwark.stream.decision}, {@link io.bulwark.stream.uploader}, {@link io.bulwark.stream.audit}, {@link
 *       io.bulwark.stream.flagged}, {@link io.bulwark.stream.campaign}: the processors, without Quarkus.
 *   <li>{@link io.bulwark.stream.topology}: connects these into one Kafka Streams topology.
 *   <li>{@link io.bulwark.stream.runtime}: starts, watches and restarts Kafka Streams; health and metrics.
 *   <li>{@link io.bulwark.stream.document}: the JSON of answers.
 *   <li>{@link io.bulwark.stream.query}: reads the stores, here or on the instance that holds the key.
 *   <li>{@link io.bulwark.stream.feed}: verdicts, audits and decisions as they arrive, for people who watch.
 *   <li>{@link io.bulwark.stream.trace}: spans, where a collector is set.
 *   <li>{@link io.bulwark.stream.problem}: every problem that a request can end with.
 *   <li>{@link io.bulwark.stream.access}: logins, roles, tenants and limits.
 *   <li>{@link io.bulwark.stream.order}: legal holds and repeated uploads.
 *   <li>{@link io.bulwark.stream.outbound}: delivers to webhooks, Osprey and Coop.
 *   <li>{@link io.bulwark.stream.api}: HTTP. The console's page is a static resource beside it.
 *   <li>{@link io.bulwark.stream.database}, {@link io.bulwark.stream.auditlog}, {@link io.bulwark.stream.promise},
 *       {@link io.bulwark.stream.review}: people's work in PostgreSQL.
 * </ul>
 *
 * <p>{@link io.bulwark.stream.StreamConfig} holds every setting. The range of a setting stands at it; one walk over the
 * settings checks all ranges at the start, and what several settings must fit together is checked beside it. Bean
 * Validation was rejected: it reports the path of a getter and not the key that an operator sets, needs an expression
 * language to name the value that was found, and three annotations for the range of a duration where one stands now.
 *
 * <p>{@link io.bulwark.stream.RecordWriter} is how single records are written and awaited: dead letters, holds,
 * repeated uploads, anchors.
 */
package io.bulwark.stream;
