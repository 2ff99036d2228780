/**
 * How a reader learns the schema of a value that it does not carry. Writers put their schemas on the compacted topic
 * {@code moderation.schemas} before they write with them; readers follow that topic while they run. So a reader of any
 * age reads a writer of any age, and a new schema need not be on every reader before the first value comes.
 *
 * <pre>{@code
 * SchemaClients clients = SchemaClients.of(kafkaSettings);               // brokers and security
 * Map<String, Object> serdes = new HashMap<>(kafkaSettings);             // bulwark.schemas.write, .schema-registry.url
 *
 * new SchemaPublisher(clients).publish(SerdeSettings.writtenRelease(serdes));        // before anything is written
 * try (SchemaFollower follower = new SchemaFollower(clients, SchemaFollower.DEFAULT_WAIT)) {
 *     follower.start();
 *     serdes = follower.addTo(serdes);
 *
 *     new EventDecoder<>(Verdict.class, serdes);   // decode: SCHEMA_AWAITED, try again later
 *     serde.configure(serdes, false);              // EventSerde, Kafka Streams: blocks while a schema is awaited
 * }
 * }</pre>
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>The topic is not trusted. The key must be the schema's own fingerprint, a known schema is never replaced, size
 *       and depth are checked before Avro's parser sees the text, and a schema whose values could be endless is
 *       refused. A bad record is counted and passed over; nothing that lies there can stop a reader.
 *   <li>A schema that does not come is awaited for {@code bulwark.schemas.wait} (30 s) from its first sight on, not
 *       longer: then its values are dead letters, as they are without a follower. At most 16 are awaited, and what was
 *       awaited in vain keeps its place for a hundred times as long, so that random bytes cannot hold a partition up.
 *       Time does not run before the topic was read to its end once.
 *   <li>A schema that is there when it is needed costs nothing, so publishing comes before the first write and is
 *       waited for. An application that cannot publish does not begin: its values would be dead letters elsewhere.
 *   <li>A topic and no registry: the brokers are there anyway, ACLs already say who may write, and a reader that has
 *       read the topic depends on nothing else.
 * </ul>
 */
package io.bulwark.schemas.follow;
