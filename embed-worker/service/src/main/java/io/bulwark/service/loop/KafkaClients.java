package io.bulwark.service.loop;

import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.topic.TopicNames;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Makes the worker's Kafka clients. A seam for tests that put faults between the loop and a real broker. */
public interface KafkaClients {

    /** What topics are called on the broker. */
    TopicNames topics();

    /** A member of the lane's group; not subscribed yet. */
    Consumer<byte[], byte[]> uploadsConsumer(Lane lane);

    /** A consumer without a group, for a topic that is followed whole. */
    Consumer<byte[], byte[]> followingConsumer();

    /** What a worker asks the broker about its own rights with. */
    Admin admin();

    /** Clients with which the schemas are published and followed. */
    SchemaClients schemaClients();

    /** A transactional producer, not initialised; each of one lane of one process has the same transactional id. */
    Producer<byte[], byte[]> producer(Lane lane);
}
