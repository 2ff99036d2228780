/**
 * The topic catalogue: every topic that Bulwark reads or writes, with its key, its record, its partitions and how long
 * it is kept. The local node and the tests create their topics from it; what a topic is called is written nowhere else.
 *
 * <pre>{@code
 * admin.createTopics(Topics.newTopics((short) 3));
 * producer.send(new ProducerRecord<>(Topics.IMAGES_UPLOADED.topicName(), event.getImageId(), event));
 * }</pre>
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>Topics that are keyed by image have the same number of partitions, so that a stream application can join them
 *       without repartitioning. Change that number for all of them or for none.
 *   <li>{@code moderation.references} has one partition: all workers read all of it, and one order for all readers
 *       makes the version of a bank the same everywhere. The same holds for {@code moderation.policies} and {@code
 *       moderation.schemas}.
 *   <li>{@code images.uploaded} takes records of 16 MiB, since images may travel inline; {@code
 *       moderation.dead-letters} takes a little more, since a dead letter is the whole original and its headers.
 *       Producers to these two must raise {@code max.request.size} as well: {@link
 *       io.bulwark.schemas.topic.Topics#maxRecordBytes()}.
 *   <li>{@code images.deferred} is written by workers alone. Its records are those of {@code images.uploaded} with the same
 *       keys, values and headers, and {@link io.bulwark.schemas.topic.UploadOrigin} besides.
 *   <li>A record of {@code images.uploaded} may name the trace that it belongs to in the headers {@code traceparent} and
 *       {@code tracestate} of W3C's Trace Context. Its records on {@code moderation.verdicts}, {@code
 *       moderation.attack-audit} and {@code moderation.dead-letters} have them as well: unchanged, or with the worker's
 *       span as the parent where it makes spans. A malformed {@code traceparent}, or one of more than 128 bytes, is
 *       dropped with its {@code tracestate}; a {@code tracestate} that is malformed or has more than 512 bytes alone.
 * </ul>
 */
package io.bulwark.schemas.topic;
