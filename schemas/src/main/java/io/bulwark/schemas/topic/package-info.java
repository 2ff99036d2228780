/**
 * The topic catalogue: every topic that Bulwark reads or writes, with its key, its record, its partitions and how long
 * it is kept. The local node and the tests create their topics from it; what a topic is called is written nowhere else,
 * and {@link io.bulwark.schemas.topic.TopicNames} says what it is called on a broker.
 *
 * <pre>{@code
 * TopicNames names = TopicNames.of(Optional.of("acme."));   // bulwark.topics.prefix
 * admin.createTopics(names.newTopics((short) 3));
 * producer.send(new ProducerRecord<>(names.of(Topics.IMAGES_UPLOADED), event.getImageId(), event));
 * }</pre>
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>A prefix is before topics, groups, transactional ids and the Streams application id alike, so that rights by
 *       prefix cover one Bulwark. It is a value that each program passes on, not a static setting: two Bulwarks run in
 *       one JVM in tests. Records name topics as the broker does. No name of the catalogue may end another: two
 *       prefixes would give one name.
 *   <li>Topics that are keyed by image have the same number of partitions, so that a stream application can join them
 *       without repartitioning. Change that number for all of them or for none.
 *   <li>{@code moderation.references} has one partition: all workers read all of it, and one order for all readers
 *       makes the version of a bank the same everywhere. The same holds for {@code moderation.policies} and {@code
 *       moderation.schemas}.
 *   <li>{@code images.uploaded} takes records of 16 MiB, since images may travel inline; {@code
 *       moderation.dead-letters} takes a little more, since a dead letter is the whole original and its headers.
 *       Producers to these two must raise {@code max.request.size} as well: {@link
 *       io.bulwark.schemas.topic.Topics#maxRecordBytes()}.
 *   <li>{@code images.deferred} is written by workers alone. Its records are those of {@code images.uploaded} with the
 *       same keys, values and headers, and {@link io.bulwark.schemas.topic.UploadOrigin} besides.
 *   <li>A record of {@code images.uploaded} may name the trace that it belongs to in the headers {@code traceparent}
 *       and {@code tracestate} of W3C's Trace Context. Its records on {@code moderation.verdicts}, {@code
 *       moderation.attack-audit} and {@code moderation.dead-letters} have them as well: unchanged, or with the worker's
 *       span as the parent where it makes spans. A malformed {@code traceparent}, or one of more than 128 bytes, is
 *       dropped with its {@code tracestate}; a {@code tracestate} that is malformed or has more than 512 bytes alone.
 *       Decisions and reviews have them as well ({@link io.bulwark.schemas.trace.TraceHeaders}).
 * </ul>
 */
package io.bulwark.schemas.topic;
